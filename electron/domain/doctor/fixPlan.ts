import type { FindingLevel } from './examination';
import type { KubeObject, ObjectRef } from '../kubeObject';

/** What `--fix` names. */
export const fixIds = ['install', 'scale', 'restart', 'rescue', 'helpers', 'release', 'clean'] as const;
export type FixId = (typeof fixIds)[number];

/** One write, exactly as it will be sent. */
export type FixWrite =
  | { readonly verb: 'create'; readonly object: KubeObject }
  /**
   * A JSON merge patch that names its object and the version that it is made for: another version is a conflict, and
   * `kubectl apply` takes it as it stands.
   */
  | { readonly verb: 'patch'; readonly target: ObjectRef; readonly patch: KubeObject }
  | { readonly verb: 'delete'; readonly target: ObjectRef; readonly uid: string | null };

export interface FixPlan {
  readonly id: FixId;
  readonly sentence: string;
  readonly writes: readonly FixWrite[];
}

/** A finding before it is shown. */
export interface Found {
  readonly id: string;
  readonly level: FindingLevel;
  readonly sentence: string;
  readonly fix: FixPlan | null;
  readonly command: string;
}

/** A finding; what can be done here goes before a command that a person may run. */
export function found(
  id: string,
  level: FindingLevel,
  sentence: string,
  fix: FixPlan | null = null,
  command = '',
): Found {
  return { id, level, sentence, fix, command: fix ? '' : command };
}

/** A patch of an object as it was read. */
export function patchOf(
  object: KubeObject,
  target: ObjectRef,
  change: { readonly metadata?: object; readonly [field: string]: unknown },
): FixWrite {
  const { namespace, name, resourceVersion } = object.metadata;
  const { metadata, ...rest } = change;
  return {
    verb: 'patch',
    target,
    patch: {
      apiVersion: target.apiVersion,
      kind: target.kind,
      metadata: {
        ...(namespace !== undefined && { namespace }),
        name,
        ...(resourceVersion !== undefined && { resourceVersion }),
        ...metadata,
      },
      ...rest,
    },
  };
}
