import type { AllowList } from '../domain/mirrors/allowList';
import type { Availability } from '../domain/mirrors/availability';
import type { FledgedStatus } from '../domain/appState';
import type { KubeObject, ObjectRef, ResourceKind } from '../domain/kubeObject';
import type { MirrorUse } from '../domain/mirrors/mirrorBudget';
import type { JsonPatch } from '../domain/swap';
import type { PodSnapshot } from '../domain/podSnapshot';
import type { ReadFailure, Unanswered } from '../domain/readFailure';
import type { Settings } from '../domain/settings';

/** What the engine needs from outside. Everything that reads a clock, a file or a network is one of these. */

/** Time as an argument: tests turn it by hand, the apps pass the machine's. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms`, unless the returned function is called before. */
  after(ms: number, callback: () => void): () => void;
}

/** Where settings are kept. `write` is called with settings that have passed the schema. */
export interface SettingsStore {
  read(): Settings;
  write(settings: Settings): void;
}

/**
 * What the app is about to write to clusters, kept so that a killed app can go on. Each entry replaces the
 * one with the same id; a `state` of null ends it. `record` returns only when the entry is on the disk.
 */
export interface Journal {
  /** The entries that have not ended, and why the file could not be read when it could not. */
  load(): { readonly entries: readonly JournalEntry[]; readonly problem: string | null };
  record(entry: JournalEntry): void;
  readonly path: string;
}
export interface JournalEntry {
  readonly id: string;
  readonly context: string;
  /** Whose state it is, and so who goes on with it. */
  readonly what: 'rescue' | 'restore' | 'retag' | 'prepull' | 'doctor';
  /** Null: it has ended. */
  readonly state: unknown;
}

/**
 * Asks a mirror's registry for the manifest of a reference, with an end of its own; never throws. Where the size is wanted as
 * well, it is asked for the architecture that counts once it matters: where the reference stands for several images.
 */
export type MirrorProbe = (proxied: string, architecture?: Architecture) => Promise<ProbeAnswer>;
/** As Go names it: `amd64`; null: not known, or not one for all. */
export type Architecture = () => Promise<string | null>;
export interface ProbeAnswer {
  readonly availability: Availability;
  /** Null: not wanted, or not known. */
  readonly size: ImageSize | null;
  /** How many of its requests the mirror answered 403, 404, 429 or 5xx. */
  readonly errors: number;
}

export interface ImageSize {
  /** Compressed, of the configuration and all layers. */
  readonly bytes: number;
  /** Whose image this is; null: there is no other. */
  readonly architecture: string | null;
}

/** What was asked of each mirror's host, kept over restarts. */
export interface MirrorUseStore {
  read(): Readonly<Record<string, MirrorUse>>;
  write(uses: Readonly<Record<string, MirrorUse>>): void;
}

/** Reads the file that `settings.allowList` names. */
export type AllowListSource = (path: string) => AllowList | { readonly problem: string };

/** The contexts of the kubeconfig files, followed while they change. */
export interface ContextSource {
  /** Reads all files anew and calls back with the result, now and after each change, until stopped. */
  follow(extraFiles: readonly string[], listener: (reading: ContextReading) => void): () => void;
}
export interface ContextReading {
  readonly files: readonly string[];
  readonly broken: readonly FileProblem[];
  /** Logins that were renewed, and could not be written to the file of their user: they last as long as this process. */
  readonly unsavedLogins?: readonly FileProblem[];
  readonly contexts: readonly ContextHandle[];
  /** The first file's current-context that has one; null when none has. */
  readonly current: string | null;
}
/** `detail`: a sentence for people; quotes nothing that is secret. */
export interface FileProblem {
  readonly path: string;
  readonly detail: string;
}
export interface ContextHandle {
  readonly name: string;
  /** The API server's host and port. */
  readonly server: string;
  /** Namespace of the context, `default` when it names none. */
  readonly namespace: string;
  /** Equal for equal cluster, user and namespace; another value means: connect anew. */
  readonly fingerprint: string;
  connect(): Cluster;
}

/**
 * One event of the pod stream of one namespace (empty = all namespaces). A list comes in pieces of pages, from a `first`
 * one to `synced`; what none of them named is gone. A list that fails in the middle goes on, or begins again with a `first`.
 */
export type PodEvent = { readonly namespace: string } & (
  | { readonly is: 'page'; readonly first: boolean; readonly pods: readonly PodSnapshot[] }
  | { readonly is: 'synced' }
  | { readonly is: 'live' }
  | { readonly is: 'changed'; readonly pod: PodSnapshot }
  | { readonly is: 'deleted'; readonly pod: PodSnapshot }
  | { readonly is: 'blind'; readonly why: string; readonly retryAt: number }
  | { readonly is: 'denied'; readonly verb: string; readonly resource: string; readonly retryAt: number }
  /** From now on there are streams of exactly these namespaces (one that is empty: of all). */
  | { readonly is: 'scope'; readonly namespaces: readonly string[] }
);

/** What came of one write. Nothing here is an exception: each outcome has its own next step. */
export type WriteOutcome =
  | { readonly is: 'done' }
  /** The object is not there (any more), or not the one that was meant. */
  | { readonly is: 'gone' }
  /** Somebody changed it in between: a `test` of the patch failed, or the object exists already. */
  | { readonly is: 'conflict'; readonly detail: string }
  /** The user lacks a right. */
  | { readonly is: 'denied'; readonly detail: string }
  /** The API server or an admission webhook refuses this very write. */
  | { readonly is: 'rejected'; readonly detail: string }
  /** No answer, or one that asks to come back later. */
  | { readonly is: 'unavailable'; readonly detail: string };

export interface PodPatched {
  readonly is: 'done';
  readonly pod: PodSnapshot;
}

/** kube-fledged's whereabouts: the namespace its ImageCaches go to when it is present. */
export interface Fledged {
  readonly status: FledgedStatus;
  readonly namespace: string;
}

/** One context's cluster. Every method talks to the API server; none keeps state of its own. */
export interface Cluster {
  /** Streams the pods that this user may watch, until stopped. */
  watchPods(namespaces: WatchedNamespaces, listener: (event: PodEvent) => void): PodWatch;
  /** Null when the pod is gone. */
  readPod(namespace: string, name: string): Promise<PodSnapshot | null | Unanswered>;
  /**
   * The newest words of the `Failed` and `FailedCreatePodSandBox` events of a pod, by container (empty: the sandbox's)
   * and by the image that they quote; newest first. Asked only where the pod's own status does not name the cause.
   */
  failureEvents(namespace: string, podUid: string): Promise<readonly FailureEvent[] | Unanswered>;
  /** `done` brings the pod as it is after the patch. */
  patchPod(namespace: string, name: string, patch: JsonPatch): Promise<WriteOutcome | PodPatched>;
  /** Creates exactly this object; one of its name that is there already is a conflict. */
  createObject(object: KubeObject): Promise<WriteOutcome>;
  /** A JSON merge patch (RFC 7386). */
  patchObject(object: ObjectRef, patch: object): Promise<WriteOutcome>;
  /** `uid`: only the object with this one, not a later one of its name. What it owns goes in the background. */
  deleteObject(object: ObjectRef, uid: string | null): Promise<WriteOutcome>;
  /** Null where there is none of the name, or none of its kind. */
  readObject(object: ObjectRef): Promise<KubeObject | null | ReadFailure>;
  /**
   * All of a kind in a namespace (empty: in all) with these labels; none where the kind is not served. `keep`: of each
   * page only these are held.
   */
  listObjects(
    kind: ResourceKind,
    namespace: string,
    labelSelector: string,
    keep?: (object: KubeObject) => boolean,
  ): Promise<readonly KubeObject[] | ReadFailure>;
  /** The pods of a namespace with these labels, for where no stream of it is open. */
  listPods(namespace: string, labelSelector: string): Promise<readonly PodSnapshot[] | ReadFailure>;
  /** The versions of an API group that are served; none where the group is not. */
  servedVersions(group: string): Promise<readonly string[] | ReadFailure>;
  /** As `kubectl version` shows it: `v1.35.4`. */
  serverVersion(): Promise<string | ReadFailure>;
  /** ImageCaches, ImagePullJobs and pull pods that carry our label, for finding leftovers. */
  listOurs(fledgedNamespace: string): Promise<readonly OurObject[] | Unanswered>;
  findFledged(override: string): Promise<Fledged>;
  /** Whether the namespace carries `pullthrough.dev/auto: "false"`; false when it may not be read. */
  namespaceOptedOut(namespace: string): Promise<boolean | Unanswered>;
  /** Whether this user may do `verb` on `resource` in `namespace` (SelfSubjectAccessReview). */
  mayI(verb: string, group: string, resource: string, namespace: string): Promise<boolean | Unanswered>;
  close(): void;
}

export interface WatchedNamespaces {
  /** Only these; empty = as many as may be read. */
  readonly only: readonly string[];
  /** To be tried besides that of the context, where neither all namespaces nor their list may be read. */
  readonly named: () => readonly string[];
}

export interface PodWatch {
  stop(): void;
  /** Drops the connection and goes on from the last version at once, as after the computer slept. */
  resume(): void;
}

export interface FailureEvent {
  /** Empty: the pod's sandbox. */
  readonly container: string;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface OurObject {
  readonly kind: 'image-cache' | 'image-pull-job' | 'pull-pod';
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number;
}

export { isReadFailure } from '../domain/readFailure';
export type { ReadFailure, Unanswered };
