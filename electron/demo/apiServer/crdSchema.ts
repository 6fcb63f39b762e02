import type { Fields } from '../objects';
import { fieldsOf, listOf, textOf } from '../objects';
import type { FieldError } from './status';

/** The little of OpenAPI schemas that definitions of custom types need: types, required fields, unknown fields. */

/** Where the value does not fit. `path` is empty for the whole object. */
export function schemaErrors(schema: Fields, value: unknown, path: string): FieldError[] {
  const type = textOf(schema.type);
  if (!hasType(value, type)) {
    const is = Array.isArray(value) ? 'array' : typeof value;
    const text = `Invalid value: "${is}": ${path} in body must be of type ${type}: "${is}"`;
    return [{ reason: 'FieldValueTypeInvalid', field: path, text }];
  }
  if (type === 'array') {
    return listOf(value).flatMap((item, at) => schemaErrors(fieldsOf(schema.items), item, `${path}[${String(at)}]`));
  }
  const fields = fieldsOf(value);
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = listOf(schema.required)
    .map(textOf)
    .filter((name) => fields[name] === undefined)
    .map((name): FieldError => ({ reason: 'FieldValueRequired', field: below(name), text: 'Required value' }));
  const wrong = Object.entries(fieldsOf(schema.properties)).flatMap(([name, property]) =>
    fields[name] === undefined ? [] : schemaErrors(fieldsOf(property), fields[name], below(name)),
  );
  return [...missing, ...wrong];
}

/** The value without the fields that the schema does not know: the server drops them without a word. */
export function pruned(schema: Fields, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => pruned(fieldsOf(schema.items), item));
  if (schema.properties === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true) return value;
  const known = fieldsOf(schema.properties);
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).flatMap(([name, field]) =>
      name in known ? [[name, pruned(fieldsOf(known[name]), field)]] : [],
    ),
  );
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'integer':
    case 'number':
      return typeof value === 'number';
    default:
      return true;
  }
}
