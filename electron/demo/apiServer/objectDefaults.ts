import type { Container, Fields, KubeObject, Metadata, Pod, PodTemplate } from '../objects';
import { fieldsOf, listOf, textOf } from '../objects';
import { withPodDefaults, withPodSpecDefaults } from './podRules';
import type { ResourceType } from './resources';
import { apiVersionOf } from './resources';
import { badRequest } from './status';

/** What the API server fills in on new objects, as far as something in the product or the simulation depends on it. */

export function asPod(object: KubeObject): Pod {
  const spec = fieldsOf(object.spec);
  if (!Array.isArray(spec.containers)) object = { ...object, spec: { ...spec, containers: [] } };
  return object as Pod;
}

/** The body of a write as an object of this type. Throws a 400 when it is of another. */
export function decodedObject(type: ResourceType, body: unknown): KubeObject {
  const fields = fieldsOf(body);
  const apiVersion = apiVersionOf(type);
  const { kind = type.kind, apiVersion: sent = apiVersion } = fields;
  if (type.custom && fields.kind === undefined) {
    const text = JSON.stringify(body);
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.kind}): Object 'Kind' is missing in '${text}'`,
    );
  }
  if (kind !== type.kind || sent !== apiVersion) {
    throw badRequest(
      `the API version in the data (${textOf(sent)}, ${textOf(kind)}) does not match the expected API version ` +
        `(${apiVersion}, ${type.kind})`,
    );
  }
  return { ...fields, apiVersion, kind: type.kind, metadata: decodedMetadata(fieldsOf(fields.metadata)) };
}

/** Maps and lists that are empty are as good as absent: nobody sees them again. */
function decodedMetadata(fields: Fields): Metadata {
  const metadata = { name: '', ...fields } as Metadata;
  if (Object.keys(metadata.labels ?? {}).length === 0) delete metadata.labels;
  if (Object.keys(metadata.annotations ?? {}).length === 0) delete metadata.annotations;
  if (!metadata.finalizers?.length) delete metadata.finalizers;
  if (!metadata.ownerReferences?.length) delete metadata.ownerReferences;
  return metadata;
}

/** A new object with the fields that the server fills in. `uid` is the one that it will have. */
export function withDefaults(type: ResourceType, object: KubeObject, uid: string): KubeObject {
  const spec = fieldsOf(object.spec);
  const { metadata } = object;
  switch (type.kind) {
    case 'Pod':
      return withPodDefaults(asPod(object));
    case 'Namespace': {
      const labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
      return {
        ...object,
        metadata: { ...metadata, labels },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      };
    }
    case 'Deployment':
    case 'ReplicaSet': {
      const more = type.kind === 'Deployment' ? deploymentDefaults : {};
      const template = withTemplateDefaults(spec.template);
      return { ...object, spec: { replicas: 1, ...more, ...spec, template }, status: {} };
    }
    case 'Job':
      return withJobDefaults(object, spec, uid);
    default:
      return type.hasStatus && type.kind !== 'Node' ? { ...object, status: {} } : object;
  }
}

const deploymentDefaults = {
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
  revisionHistoryLimit: 10,
  progressDeadlineSeconds: 600,
};

const jobDefaults = {
  parallelism: 1,
  completions: 1,
  backoffLimit: 6,
  manualSelector: false,
  completionMode: 'NonIndexed',
  suspend: false,
  podReplacementPolicy: 'TerminatingOrFailed',
};

function withTemplateDefaults(template: unknown): PodTemplate {
  const spec = fieldsOf(fieldsOf(template).spec);
  const containers = listOf(spec.containers) as Container[];
  return { ...fieldsOf(template), spec: withPodSpecDefaults({ ...spec, containers }) };
}

/** A Job selects its pods by a label with its own uid, which the server puts on the template. */
function withJobDefaults(object: KubeObject, spec: Fields, uid: string): KubeObject {
  const { metadata } = object;
  const template = withTemplateDefaults(spec.template);
  const labels = {
    ...template.metadata?.labels,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': metadata.name,
    'controller-uid': uid,
    'job-name': metadata.name,
  };
  return {
    ...object,
    // a Job without labels of its own gets those of its template
    metadata: { ...metadata, labels: metadata.labels ?? labels },
    spec: {
      ...jobDefaults,
      ...spec,
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: {},
  };
}
