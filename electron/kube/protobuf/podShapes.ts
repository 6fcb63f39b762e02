import { readAnnotations, readLabels } from '../podSlimming';
import type { FieldShape, MessageShape } from './wireReader';

/**
 * The numbers of the few fields that are read, of the many that a pod has. Sources: generated.proto of
 * k8s.io/api/core/v1, k8s.io/apimachinery/pkg/apis/meta/v1 and k8s.io/apimachinery/pkg/runtime, v0.35; a number is never
 * given to another field later, so they hold for every version.
 */
const text = (name: string): FieldShape => ({ name, is: 'string' });
const one = (name: string, shape: MessageShape): FieldShape => ({ name, is: 'message', shape });
const many = (name: string, shape: MessageShape): FieldShape => ({ name, is: 'messages', shape });

const time: MessageShape = { 1: { name: 'seconds', is: 'int64' } };

const objectMeta: MessageShape = {
  1: text('name'),
  3: text('namespace'),
  5: text('uid'),
  6: text('resourceVersion'),
  8: one('creationTimestamp', time),
  9: one('deletionTimestamp', time),
  11: { name: 'labels', is: 'map', keys: readLabels },
  12: { name: 'annotations', is: 'map', keys: readAnnotations },
  13: many('ownerReferences', { 1: text('kind'), 3: text('name'), 6: { name: 'controller', is: 'bool' } }),
};

const container: MessageShape = {
  1: text('name'),
  2: text('image'),
  14: text('imagePullPolicy'),
  24: text('restartPolicy'),
};

const podSpec: MessageShape = {
  2: many('containers', container),
  3: text('restartPolicy'),
  8: text('serviceAccountName'),
  10: text('nodeName'),
  15: many('imagePullSecrets', { 1: text('name') }),
  20: many('initContainers', container),
  34: many('ephemeralContainers', { 1: { is: 'embedded', shape: container } }),
};

const containerState: MessageShape = {
  1: one('waiting', { 1: text('reason'), 2: text('message') }),
  2: one('running', {}),
  3: one('terminated', { 1: { name: 'exitCode', is: 'int32' }, 3: text('reason') }),
};

const containerStatus: MessageShape = {
  1: text('name'),
  2: one('state', containerState),
  4: { name: 'ready', is: 'bool' },
  5: { name: 'restartCount', is: 'int32' },
  7: text('imageID'),
};

const podStatus: MessageShape = {
  1: text('phase'),
  8: many('containerStatuses', containerStatus),
  10: many('initContainerStatuses', containerStatus),
  13: many('ephemeralContainerStatuses', containerStatus),
};

export const podShape: MessageShape = {
  1: one('metadata', objectMeta),
  2: one('spec', podSpec),
  3: one('status', podStatus),
};

/** `metadata` of a list. */
export const listMetaShape: MessageShape = { 2: text('resourceVersion'), 3: text('continue') };

/** Kind `Status`: how the API server says that it refuses. */
export const statusShape: MessageShape = {
  1: one('metadata', listMetaShape),
  3: text('message'),
  4: text('reason'),
  6: { name: 'code', is: 'int32' },
};

/** What every object is wrapped in, after the four bytes of its mark. */
export const unknownShape: MessageShape = {
  1: one('typeMeta', { 1: text('apiVersion'), 2: text('kind') }),
  2: { name: 'raw', is: 'bytes' },
};

export const watchEventShape: MessageShape = { 1: text('type'), 2: one('object', { 1: { name: 'raw', is: 'bytes' } }) };
