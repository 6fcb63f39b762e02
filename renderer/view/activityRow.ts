import type { ActivityEntry, ActivityKind } from '../../electron/domain/appState';
import type { IconName } from '../components/icons';

const icons: Readonly<Record<ActivityKind, IconName>> = {
  swapped: 'swap',
  'put-back': 'undo',
  restored: 'undo',
  'cache-created': 'layers',
  'cache-deleted': 'bin',
  'pull-pod-created': 'box',
  'pull-pod-deleted': 'bin',
  created: 'box',
  changed: 'settings',
  deleted: 'bin',
};

export function activityIcon({ kind, outcome }: ActivityEntry): IconName {
  return outcome === 'refused' ? 'denied' : icons[kind];
}

export interface PatchLine {
  readonly op: string;
  readonly path: string;
  readonly value: string;
}

/** The lines of a JSON patch; null when the text is something else, which is then shown as it is. */
export function patchLines(sent: string): readonly PatchLine[] | null {
  const parsed = parse(sent);
  if (!Array.isArray(parsed) || parsed.length === 0) return null;
  const lines = parsed.map(patchLine);
  return lines.every((line) => line !== null) ? lines : null;
}

function patchLine(operation: unknown): PatchLine | null {
  if (typeof operation !== 'object' || operation === null) return null;
  if (!('op' in operation && typeof operation.op === 'string')) return null;
  if (!('path' in operation && typeof operation.path === 'string')) return null;
  const value = 'value' in operation ? operation.value : undefined;
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return { op: operation.op, path: operation.path, value: text };
}

/** JSON on several lines; what is no JSON stays as it is. */
export function readable(sent: string): string {
  const parsed = parse(sent);
  return parsed === undefined ? sent : JSON.stringify(parsed, null, 2);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // not JSON: the caller shows the text itself
    return undefined;
  }
}
