import type { Readable } from 'node:stream';
import { parseBody } from './bodyParser';
import { readJsonPodList, readJsonPodWatch } from './json/podBodies';
import { podListBody, podWatchBody, readStatus } from './protobuf/podBodies';

/** The fields of a pod that are read, as they come in JSON and out of protobuf alike. */
export interface PodFields {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly creationTimestamp?: Timestamp;
    readonly deletionTimestamp?: Timestamp;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly {
      readonly kind: string;
      readonly name: string;
      readonly controller?: boolean;
    }[];
  };
  readonly spec?: {
    readonly nodeName?: string;
    readonly restartPolicy?: string;
    readonly serviceAccountName?: string;
    readonly imagePullSecrets?: readonly { readonly name?: string }[];
    readonly containers?: readonly ContainerFields[] | null;
    readonly initContainers?: readonly ContainerFields[];
    readonly ephemeralContainers?: readonly ContainerFields[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatusFields[];
    readonly initContainerStatuses?: readonly ContainerStatusFields[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatusFields[];
  };
}
/** RFC 3339 in JSON, seconds since the epoch in protobuf. */
export type Timestamp = string | Date | { readonly seconds?: number };
export interface ContainerFields {
  readonly name: string;
  readonly image?: string;
  readonly imagePullPolicy?: string;
  readonly restartPolicy?: string;
}
export interface ContainerStatusFields {
  readonly name: string;
  readonly imageID?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: { readonly exitCode?: number; readonly reason?: string };
  };
}

/** Kind `Status`. */
export interface StatusFields {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly metadata?: { readonly continue?: string };
}

/** The `metadata` of a list. */
export interface PodListHead {
  readonly resourceVersion: string;
  /** The token for the next page; absent after the last. */
  readonly next: string | undefined;
}

export type PodEventLine =
  | { readonly type: 'ERROR'; readonly status: StatusFields }
  /** ADDED, MODIFIED, DELETED, BOOKMARK, or what a later version may send. */
  | { readonly type: string; readonly pod: PodFields };

/** Protobuf costs half of what JSON does, for both sides; not every proxy and aggregated server has it. */
export const acceptList = 'application/vnd.kubernetes.protobuf, application/json;q=0.9';
export const acceptWatch =
  'application/vnd.kubernetes.protobuf;stream=watch, application/json;stream=watch;q=0.9, application/json;q=0.8';

interface Body {
  readonly contentType: string;
  readonly body: Readable;
}

/**
 * One page of pods, each given to `onPod` as it arrives. The page's head is given to `onHead` once, before the pods where
 * it stands before them, as it does in what an API server sends. Throws where the body is cut off or makes no sense.
 */
export async function readPodList(
  { contentType, body }: Body,
  onPod: (pod: PodFields) => void,
  onHead: (head: PodListHead) => void,
): Promise<void> {
  await (isProtobuf(contentType)
    ? parseBody(body, podListBody(onPod, onHead), 'drain')
    : readJsonPodList(body, onPod, onHead));
}

/** The events of a watch until it ends, or until `onEvent` says false. Throws as `readPodList` does. */
export async function readPodWatch(
  { contentType, body }: Body,
  onEvent: (event: PodEventLine) => boolean,
): Promise<void> {
  await (isProtobuf(contentType) ? parseBody(body, podWatchBody(onEvent), 'leave') : readJsonPodWatch(body, onEvent));
}

/** What a server says that does not answer 200; a text that is no Status stands as its message. */
export function readRefusal(contentType: string, bytes: Buffer): StatusFields {
  if (isProtobuf(contentType)) return readStatus(bytes);
  const text = bytes.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // a proxy's own page, or plain words
  }
  return { message: text.trim().slice(0, 200) };
}

function isProtobuf(contentType: string): boolean {
  return contentType.startsWith('application/vnd.kubernetes.protobuf');
}
