import type { Container, Fields, KubeObject, Pod, PodTemplate } from './objects';
import { fieldsOf, listOf, sameJson, textOf } from './objects';
import { podSpecErrors, podUpdateErrors, withPodDefaults, withPodSpecDefaults } from './podRules';
import type { ResourceType } from './resources';
import { apiVersionOf } from './resources';
import type { FieldError } from './status';
import { badRequest } from './status';

/** Defaults and validation of each type, as far as something in the product or the simulation depends on them. */

export function asPod(object: KubeObject): Pod {
  const spec = fieldsOf(object.spec);
  if (!Array.isArray(spec.containers)) object = { ...object, spec: { ...spec, containers: [] } };
  return object as Pod;
}

/** A new object with the fields that the server fills in. `uid` is the one that it will have. */
export function withDefaults(type: ResourceType, object: KubeObject, uid: string): KubeObject {
  const spec = fieldsOf(object.spec);
  switch (type.kind) {
    case 'Pod':
      return withPodDefaults(asPod(object));
    case 'Namespace':
      return {
        ...object,
        metadata: {
          ...object.metadata,
          labels: { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name },
        },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      };
    case 'Deployment':
    case 'ReplicaSet':
      return {
        ...object,
        spec: { replicas: 1, ...spec, template: withTemplateDefaults(spec.template) },
        status: {},
      };
    case 'Job':
      return { ...object, spec: jobSpec(object.metadata.name, spec, uid), status: {} };
    default:
      return type.hasStatus && type.kind !== 'Node' ? { ...object, status: {} } : object;
  }
}

function withTemplateDefaults(template: unknown): PodTemplate {
  const spec = fieldsOf(fieldsOf(template).spec);
  const containers = listOf(spec.containers) as Container[];
  return { ...fieldsOf(template), spec: withPodSpecDefaults({ ...spec, containers }) };
}

/** A Job selects its pods by a label with its own uid, which the server puts on the template. */
function jobSpec(name: string, spec: Fields, uid: string): Fields {
  const template = withTemplateDefaults(spec.template);
  const labels = {
    ...template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  return {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    ...spec,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
    template: { ...template, metadata: { ...template.metadata, labels } },
  };
}

/** Why the object may not be as it is. */
export function objectErrors(type: ResourceType, object: KubeObject): FieldError[] {
  const errors = [...nameErrors(object.metadata.name), ...labelErrors(object.metadata.labels, 'metadata.labels')];
  if (type.kind === 'Pod') errors.push(...podSpecErrors(asPod(object).spec));
  if (type.kind === 'Deployment' || type.kind === 'ReplicaSet' || type.kind === 'Job') {
    const template = fieldsOf(object.spec).template as PodTemplate;
    errors.push(...labelErrors(template.metadata?.labels, 'spec.template.labels'));
    errors.push(...podSpecErrors(template.spec, 'spec.template.spec'));
  }
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

/** The body of a create or an update as an object of this type. Throws a 400 when it is of another. */
export function decodedObject(type: ResourceType, body: unknown): KubeObject {
  const fields = fieldsOf(body);
  const kind = fields.kind ?? type.kind;
  const apiVersion = fields.apiVersion ?? apiVersionOf(type);
  if (kind !== type.kind || apiVersion !== apiVersionOf(type)) {
    throw badRequest(
      `the API version in the data (${textOf(apiVersion)}, ${textOf(kind)}) does not match the expected API version ` +
        `(${apiVersionOf(type)}, ${type.kind})`,
    );
  }
  return {
    ...fields,
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { name: '', ...fieldsOf(fields.metadata) },
  };
}
