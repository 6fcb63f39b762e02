import type { Clock } from '../engine/ports';
import type { ApiConnection } from '../kube/apiConnection';
import type { FledgedOptions } from './fledged/fledged';
import { startFledged } from './fledged/fledged';
import { runInstalledFledged } from './fledged/installedFledged';
import { fledgedImages, installFledged, preloadFledged, uninstallFledged, until } from './fledged/fledgedInstall';
import type { Kubelet, KubeletTimings } from './node/kubelet';
import { startKubelet } from './node/kubelet';
import type { Node } from './objects';
import { sameJson } from './objects';
import type { RegistryWorld } from './node/registryWorld';
import { startWorkloads } from './controllers/workloads';

export interface MachineryOptions {
  /** Name and kubernetes.io/hostname label of each node. */
  readonly nodes: readonly { readonly name: string; readonly hostname: string }[];
  /** What the nodes pull from. */
  readonly registries: RegistryWorld;
  readonly clock: Clock;
  readonly timings?: Partial<KubeletTimings>;
  /** Whether kube-fledged is there from the start; it is when absent. */
  readonly fledged?: boolean;
  readonly fledgedTimings?: FledgedOptions['timings'];
  /** Kubernetes minor version that the nodes behave as; 35 when absent. */
  readonly minor?: number;
}

/** Who the parts of a cluster are to its API server, besides `system:node:NAME`. All of them may do everything. */
export const machineryUsers = {
  admin: 'admin',
  controllers: 'system:kube-controller-manager',
  fledged: 'system:serviceaccount:kube-fledged:kubefledged',
} as const;

/** Installs kube-fledged and takes it away again; both are done when they return. */
export interface FledgedControl {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends the controller and starts another one, which finds everything as it was left. */
  restart(): Promise<void>;
}

export interface Machinery {
  readonly kubelets: readonly Kubelet[];
  readonly fledged: FledgedControl;
  /** Empties the nodes of images and pauses, but for the images of kube-fledged itself; their status then says so. */
  resetNodes(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything of a cluster but its API server: nodes, controllers, kube-fledged, as clients of whatever server. */
export async function startMachinery(
  apiFor: (user: string) => ApiConnection,
  options: MachineryOptions,
): Promise<Machinery> {
  const { clock, registries, timings = {}, minor = 35, fledgedTimings } = options;
  const admin = apiFor(machineryUsers.admin);
  const workloads = await startWorkloads({ api: apiFor(machineryUsers.controllers), clock });
  const kubelets: Kubelet[] = [];
  for (const [index, node] of options.nodes.entries()) {
    const api = apiFor(`system:node:${node.name}`);
    const kubelet = await startKubelet({ api, node, registries, timings, clock, minor, number: index + 1 });
    preloadFledged(kubelet);
    kubelets.push(kubelet);
  }
  const fledged = controlFledged(admin, {
    api: apiFor(machineryUsers.fledged),
    helperImage: fledgedImages.helper,
    clock,
    ...(fledgedTimings && { timings: fledgedTimings }),
  });
  // where it is not there from the start, somebody may install it
  await (options.fledged === false ? fledged.await() : fledged.start());
  return {
    kubelets,
    fledged,
    async resetNodes() {
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
    },
    async stop() {
      fledged.halt();
      workloads.stop();
      await Promise.all(kubelets.map((kubelet) => kubelet.stop()));
    },
  };
}

function controlFledged(admin: ApiConnection, options: FledgedOptions) {
  let running: { stop(): void } | null = null;
  let awaited: { stop(): void } | null = null;
  return {
    /** Runs it where somebody else installs it. */
    async await() {
      awaited ??= await runInstalledFledged(options);
    },
    async start() {
      if (running) return;
      awaited?.stop();
      awaited = null;
      await installFledged(admin, options.clock);
      running = await startFledged(options);
    },
    async stop() {
      if (!running) return;
      await uninstallFledged(admin, options.clock);
      running.stop();
      running = null;
    },
    async restart() {
      if (!running) return;
      running.stop();
      running = await startFledged(options);
    },
    /** Ends the controller and leaves the cluster as it is. */
    halt() {
      awaited?.stop();
      awaited = null;
      running?.stop();
      running = null;
    },
  };
}
