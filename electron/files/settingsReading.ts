import * as z from 'zod';
import { defaultSettings, settingsSchema, type Settings } from '../domain/settings';

/**
 * Settings out of a file's text. A file of an earlier or a later version lacks some settings, or has some that
 * are not known here: the former get their defaults, the latter are passed over. Anything else that does not
 * fit makes the file broken, with the reason.
 */
export function readSettingsText(text: string): Settings | { readonly broken: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { broken: (error as Error).message };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { broken: 'not an object' };
  const known = Object.entries(parsed).filter(([key]) => key in settingsSchema.shape);
  const result = settingsSchema.safeParse({ ...defaultSettings, ...Object.fromEntries(known) });
  return result.success ? result.data : { broken: z.prettifyError(result.error) };
}
