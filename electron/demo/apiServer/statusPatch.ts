import type { Fields } from '../objects';
import { fieldsOf, sameJson } from '../objects';

/**
 * The merge patch that brings a status of counters to `wanted`, or null when it says that already. The real
 * server leaves out what is zero, so zero and absent are the same here.
 */
export function statusPatch(before: unknown, wanted: Fields): Fields | null {
  const told = (status: Fields) => Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));
  if (sameJson(told(fieldsOf(before)), told(wanted))) return null;
  return {
    status: Object.fromEntries(Object.entries(wanted).map(([field, value]) => [field, value === 0 ? null : value])),
  };
}
