import type { ApiConnection } from '../../electron/kube/apiConnection';
import type { KubeObject } from './objects';

/**
 * The cluster that a scenario runs on. A scenario names no tier: it uses this, and the simulation, the real
 * API server and the real node each make one.
 */
export interface TestCluster {
  readonly tier: 'simulation' | 'api-server' | 'node';
  /** Node names; each node's kubernetes.io/hostname label differs from its name, on purpose. */
  readonly nodes: readonly string[];
  /** Hosts of two mirrors that take the prefix form: `${first}/docker.io/library/nginx:1.25`. */
  readonly mirrors: { readonly first: string; readonly second: string };
  /** As an administrator, for what the scenario itself does and reads. */
  readonly api: ApiConnection;
  /** Path of a kubeconfig with one context, named as the user. */
  kubeconfig(user: TestUser): string;
  readonly registries: TestRegistries;
  readonly fledged: TestFledged;
  /** Where nodes are simulated: OpenKruise, which is not there after `reset`. */
  readonly kruise?: TestFledged;
  /** Where kubelets are real: a pod that this node runs from a file of its own, until `reset`. */
  placeStaticPod?(node: string, namespace: string, name: string, spec: object): Promise<void>;
  /** Takes an image's name off a node, as its garbage collection does; the same bytes stay under their other names. */
  collectImage(node: string, reference: string): Promise<void>;
  /** Every request that this user has made since the last `reset`, from the API server's audit log. */
  audit(user: TestUser): Promise<readonly AuditEntry[]>;
  /** Gives the user `granted` exactly these roles and bindings; a real API server takes a moment to know of them. */
  grant(objects: readonly KubeObject[]): Promise<void>;
  /** Back to the start: no workloads, no ImageCaches, docker.io blocked, no images published, audit empty. */
  reset(): Promise<void>;
  down(): Promise<void>;
}

/**
 * `app` may do everything and is only used by the app under test; `viewer` may only list and watch pods; `granted` may do
 * what a scenario gives it.
 */
export type TestUser = 'app' | 'viewer' | 'granted';

export interface TestRegistries {
  /** Puts a small image that runs until it is stopped (or exits 0 at once) under `reference` on these. */
  publish(reference: string, on: readonly ('origin' | 'first' | 'second')[], kind?: 'runs' | 'exits'): Promise<void>;
  /** docker.io refuses connections: unreachable. This is how it is after `reset`. */
  blockOrigin(): Promise<void>;
  /** docker.io answers: what was published on it can be pulled, anything else is 404. */
  unblockOrigin(): Promise<void>;
  /** From now until `reset` this mirror answers 401 to every pull that does not bring the login that this gives. */
  requireLogin(mirror: 'first' | 'second'): Promise<Login>;
  /** Where registries are simulated: from now until `reset` this mirror bans whoever gets so many errors of it. */
  banAfter?(mirror: 'first' | 'second', errors: number): { readonly errors: number; readonly bans: number };
  /** Where registries are simulated: nothing is published any more. */
  withdrawAll?(): void;
  /** A registry that always answers 401; references start with this host. */
  readonly privateHost: string;
}

export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface TestFledged {
  /** Whether the ImageCache CRD is served and a controller runs. It is after `reset`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface AuditEntry {
  /** Kubernetes verb: get, list, watch, create, update, patch, delete. */
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  /** What is created has its name here too. */
  readonly name: string;
  readonly code: number;
  /** As it stood in the URL. */
  readonly query: string;
}

/** Throws RangeError where there is none of the name. */
export function nodeNamed<T extends { readonly name: string }>(nodes: readonly T[], name: string): T {
  const node = nodes.find((each) => each.name === name);
  if (!node) throw new RangeError(`there is no node ${name}`);
  return node;
}
