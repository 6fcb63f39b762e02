import type { Clock } from '../engine/ports';
import { ApiConnection } from '../kube/apiConnection';
import type { ApiServer } from './apiServer';
import { startApiServer } from './apiServer';
import type { AuditLog } from './audit';
import type { ApiUser, Rule } from './authorization';
import { everything } from './authorization';
import type { Faults } from './faults';
import type { FledgedOptions } from './fledged';
import { startFledged } from './fledged';
import { fledgedImages, installFledged, preloadFledged, uninstallFledged, until } from './fledgedInstall';
import type { ClusterAccess } from './kubeconfigText';
import { kubeconfigText } from './kubeconfigText';
import type { Kubelet, KubeletTimings } from './kubelet';
import { startKubelet } from './kubelet';
import type { Node } from './objects';
import { sameJson } from './objects';
import { RegistryWorld } from './registryWorld';
import { startWorkloads } from './workloads';

export interface SimulationOptions {
  /** Name and kubernetes.io/hostname label of each node. */
  readonly nodes: readonly { readonly name: string; readonly hostname: string }[];
  /** Users beside those that the cluster itself needs, with what they may do. */
  readonly users: Readonly<Record<string, readonly Rule[]>>;
  /** What the nodes pull from; an empty world when absent. */
  readonly registries?: RegistryWorld;
  readonly timings?: Partial<KubeletTimings>;
  /** Whether kube-fledged is there from the start; it is when absent. */
  readonly fledged?: boolean;
  readonly fledgedTimings?: FledgedOptions['timings'];
  readonly clock: Clock;
  /** Kubernetes minor version; 35 when absent. */
  readonly minor?: number;
  /** Milliseconds between two bookmarks of a watch; 60 s when absent. */
  readonly bookmarkEvery?: number;
  /** How many changes of each type a watcher can catch up on; 1000 when absent. */
  readonly history?: number;
}

/** A whole cluster in this process. Several can run beside each other. */
export interface Simulation {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly registries: RegistryWorld;
  readonly kubelets: readonly Kubelet[];
  readonly audit: AuditLog;
  readonly faults: Faults;
  readonly fledged: FledgedControl;
  /** Empties the nodes of images and pauses, but for the images of kube-fledged itself; their status then says so. */
  resetNodes(): Promise<void>;
  /** What a kubeconfig has to say of this user, under the name of a context. */
  accessFor(user: string, context: string): ClusterAccess;
  /** Text of a kubeconfig with one context, named as the user. */
  kubeconfigFor(user: string): string;
  /** A connection as this user; ended with the simulation. */
  apiFor(user: string): ApiConnection;
  /** Forgets all history: watches from an old version and old continue tokens meet 410. */
  compact(): void;
  stop(): Promise<void>;
}

/** Installs kube-fledged and takes it away again; both are done when they return. */
export interface FledgedControl {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Who the parts of the cluster itself are to the API server. */
const systemUsers = ['admin', 'system:kube-controller-manager', 'system:serviceaccount:kube-fledged:kubefledged'];

export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { clock } = options;
  const minor = options.minor ?? 35;
  const registries = options.registries ?? new RegistryWorld();
  const users: ApiUser[] = [
    ...[...systemUsers, ...options.nodes.map(({ name }) => `system:node:${name}`)].map((name) =>
      user(name, everything),
    ),
    ...Object.entries(options.users).map(([name, rules]) => user(name, rules)),
  ];
  const server: ApiServer = await startApiServer({
    users,
    clock,
    version: `v1.${String(minor)}.4`,
    ...(options.bookmarkEvery !== undefined && { bookmarkEvery: options.bookmarkEvery }),
    ...(options.history !== undefined && { history: options.history }),
  });
  const connections: ApiConnection[] = [];
  const token = (name: string) => users.find((known) => known.name === name)?.token ?? '';
  function apiFor(name: string): ApiConnection {
    const headers = { Authorization: `Bearer ${token(name)}` };
    const tls = { ca: server.ca, headers };
    const connection = new ApiConnection({ server: server.url, options: () => Promise.resolve(tls) });
    connections.push(connection);
    return connection;
  }

  const workloads = await startWorkloads({ api: apiFor('system:kube-controller-manager'), clock });
  const kubelets: Kubelet[] = [];
  for (const [index, node] of options.nodes.entries()) {
    const api = apiFor(`system:node:${node.name}`);
    const { timings = {} } = options;
    kubelets.push(await startKubelet({ api, node, registries, timings, clock, minor, number: index + 1 }));
  }

  const accessFor = (name: string, context: string): ClusterAccess => ({
    context,
    server: server.url,
    ca: server.ca,
    token: token(name),
  });

  const admin = apiFor('admin');
  async function resetNodes() {
    for (const kubelet of kubelets) {
      kubelet.reset();
      preloadFledged(kubelet);
    }
    for (const kubelet of kubelets) {
      const shown = kubelet.images.nodeImages();
      await until(clock, async () => {
        const { body } = await admin.request({ method: 'GET', path: `/api/v1/nodes/${kubelet.name}` });
        return sameJson((body as Node).status?.images, shown);
      });
    }
  }
  for (const kubelet of kubelets) preloadFledged(kubelet);
  const { fledgedTimings: timings } = options;
  const fledged = fledgedControl(admin, {
    api: apiFor('system:serviceaccount:kube-fledged:kubefledged'),
    helperImage: fledgedImages.helper,
    clock,
    ...(timings && { timings }),
  });
  if (options.fledged !== false) await fledged.start();

  return {
    url: server.url,
    fledged,
    resetNodes,
    registries,
    kubelets,
    audit: server.audit,
    faults: server.faults,
    accessFor,
    kubeconfigFor: (name) => kubeconfigText([accessFor(name, name)]),
    apiFor,
    compact() {
      server.compact();
    },
    async stop() {
      server.faults.clear();
      fledged.halt();
      workloads.stop();
      await Promise.all(kubelets.map((kubelet) => kubelet.stop()));
      for (const connection of connections) connection.close();
      await server.stop();
    },
  };
}

function fledgedControl(admin: ApiConnection, options: FledgedOptions) {
  let running: { stop(): void } | null = null;
  return {
    async start() {
      if (running) return;
      await installFledged(admin, options.clock);
      running = await startFledged(options);
    },
    async stop() {
      if (!running) return;
      await uninstallFledged(admin, options.clock);
      running.stop();
      running = null;
    },
    /** Ends the controller and leaves the cluster as it is. */
    halt() {
      running?.stop();
      running = null;
    },
  };
}

function user(name: string, rules: readonly Rule[]): ApiUser {
  return { name, rules, token: `${name.replace(/\W+/g, '-')}-${Math.random().toString(36).slice(2)}` };
}
