import { schemaErrors } from './crdSchema';
import { asPod } from './objectDefaults';
import type { KubeObject, PodTemplate } from '../objects';
import { fieldsOf, sameJson } from '../objects';
import { podSpecErrors, podUpdateErrors } from './podRules';
import type { ResourceType } from './resources';
import type { FieldError } from './status';

/** What the API server refuses, as far as something in the product or the simulation depends on it. */

/** Why the object may not be as it is. */
export function objectErrors(type: ResourceType, object: KubeObject): FieldError[] {
  const errors = [...nameErrors(object.metadata.name), ...labelErrors(object.metadata.labels, 'metadata.labels')];
  if (type.kind === 'Pod') errors.push(...podSpecErrors(asPod(object).spec));
  if (type.kind === 'Deployment' || type.kind === 'ReplicaSet' || type.kind === 'Job') {
    const template = fieldsOf(object.spec).template as PodTemplate;
    errors.push(...labelErrors(template.metadata?.labels, 'spec.template.labels'));
    errors.push(...podSpecErrors(template.spec, 'spec.template.spec'));
    if (type.kind === 'Job' && template.spec.restartPolicy === 'Always') {
      errors.push({
        reason: 'FieldValueRequired',
        field: 'spec.template.spec.restartPolicy',
        text: 'Required value: valid values: "OnFailure", "Never"',
      });
    }
  }
  if (type.schema) errors.push(...schemaErrors(type.schema, object, ''));
  return errors;
}

/** Why it may not go from `before` to `after` by a plain write. */
export function updateErrors(type: ResourceType, before: KubeObject, after: KubeObject): FieldError[] {
  const errors = labelErrors(after.metadata.labels, 'metadata.labels');
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    const was = before.metadata[field];
    const is = after.metadata[field];
    if (is !== undefined && is !== was) {
      errors.push({
        reason: 'FieldValueInvalid',
        field: `metadata.${field}`,
        text: `Invalid value: ${JSON.stringify(is)}: field is immutable`,
      });
    }
  }
  if (type.kind === 'Pod') errors.push(...podUpdateErrors(asPod(before), asPod(after)));
  if (type.kind === 'Job' && !sameJson(fieldsOf(before.spec).template, fieldsOf(after.spec).template)) {
    errors.push({
      reason: 'FieldValueInvalid',
      field: 'spec.template',
      text: 'Invalid value: field is immutable',
    });
  }
  if (type.schema) errors.push(...schemaErrors(type.schema, after, ''));
  return errors;
}

function nameErrors(name: string): FieldError[] {
  if (name.length <= 253 && /^[a-z0-9]([-a-z0-9.:]*[a-z0-9])?$/.test(name)) return [];
  return [
    {
      reason: 'FieldValueInvalid',
      field: 'metadata.name',
      text:
        `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ` +
        "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for " +
        "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    },
  ];
}

function labelErrors(labels: Record<string, string> | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const value of Object.values(labels ?? {})) {
    if (value.length > 63) {
      errors.push({
        reason: 'FieldValueInvalid',
        field,
        text: `Invalid value: "${value}": must be no more than 63 bytes`,
      });
    } else if (value !== '' && !/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(value)) {
      errors.push({
        reason: 'FieldValueInvalid',
        field,
        text:
          `Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, ` +
          "'-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  " +
          "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
      });
    }
  }
  return errors;
}
