import jsonpatch from 'fast-json-patch';
import type { Operation } from 'fast-json-patch';
import type { Fields, KubeObject } from '../objects';
import { copyOf, fieldsOf, listOf } from '../objects';
import type { ResourceType } from './resources';
import { badRequest, patchDoesNotApply, unsupportedMedia } from './status';

export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** The object after the patch. Throws an ApiFault where the real server refuses. */
export function applyPatch(type: ResourceType, object: KubeObject, contentType: string, patch: unknown): KubeObject {
  const media = contentType.split(';')[0]?.trim();
  if (media === patchTypes.json) return applyJsonPatch(object, patch);
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  }
  if (media === patchTypes.merge) return mergePatch(object, patch as Fields) as KubeObject;
  if (media === patchTypes.strategic && !type.custom) return strategicPatch(object, patch as Fields) as KubeObject;
  if (media === patchTypes.strategic) {
    throw unsupportedMedia([patchTypes.json, patchTypes.merge, 'application/apply-patch+yaml']);
  }
  throw unsupportedMedia(null);
}

function applyJsonPatch(object: KubeObject, patch: unknown): KubeObject {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  try {
    return jsonpatch.applyPatch(copyOf(object), copyOf(patch) as Operation[], true).newDocument;
  } catch (error) {
    if (error instanceof jsonpatch.JsonPatchError) throw patchDoesNotApply();
    throw error;
  }
}

/** RFC 7386. */
function mergePatch(target: unknown, patch: Fields): Fields {
  const merged: Fields = { ...fieldsOf(target) };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else if (isMap(value)) merged[field] = mergePatch(merged[field], value);
    else merged[field] = value;
  }
  return merged;
}

/** Lists that a strategic merge patch merges, with the field that tells their items apart. */
const mergeKeys: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  imagePullSecrets: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
  conditions: 'type',
  addresses: 'type',
  ownerReferences: 'uid',
};

function strategicPatch(target: unknown, patch: Fields): Fields {
  const replaced = patch.$patch === 'replace';
  const merged: Fields = replaced ? {} : { ...fieldsOf(target) };
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$')) continue;
    const key = mergeKeys[field];
    if (value === null) delete merged[field];
    else if (isMap(value)) merged[field] = strategicPatch(merged[field], value);
    else if (Array.isArray(value) && key) merged[field] = mergeList(listOf(merged[field]), value, key);
    else if (Array.isArray(value) && field === 'finalizers') {
      merged[field] = [...new Set([...listOf(merged[field]), ...(value as unknown[])])];
    } else merged[field] = value;
  }
  return merged;
}

function mergeList(target: readonly unknown[], patch: readonly unknown[], key: string): unknown[] {
  let merged = [...target];
  for (const item of patch) {
    const fields = fieldsOf(item);
    const index = merged.findIndex((known) => fieldsOf(known)[key] === fields[key]);
    if (fields.$patch === 'delete') merged = merged.filter((_, at) => at !== index);
    else if (index < 0) merged.push(strategicPatch({}, fields));
    else merged[index] = strategicPatch(merged[index], fields);
  }
  return merged;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
