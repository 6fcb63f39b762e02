/**
 * What a real API server writes into `managedFields` of an object that one client has made, which is a third of
 * a pod's weight.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function managedFields(object: object, { manager, time }: { readonly manager: string; readonly time: string }) {
  return [{ manager, operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1', fieldsV1: fieldSet(object) }];
}

function fieldSet(value: unknown): object {
  if (Array.isArray(value)) return Object.fromEntries(value.flatMap((item) => itemSet(item)));
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldSet(inner)]));
}

/** Of lists whose items have a name, each is a field of its own; others are one field. */
function itemSet(item: unknown): [string, object][] {
  if (typeof item !== 'object' || item === null || !('name' in item)) return [];
  return [[`k:${JSON.stringify({ name: item.name })}`, { '.': {}, ...fieldSet(item) }]];
}
