import type { Clock } from '../../engine/ports';
import type { ApiConnection } from '../../kube/apiConnection';
import { NoAnswer } from '../../kube/apiConnection';
import { BackOff } from '../controllers/backOff';
import { ClusterClient, paths } from '../controllers/clusterClient';
import { EventRecorder } from '../controllers/eventRecorder';
import { HostClient } from './hostClient';
import { parseImageName } from './imageName';
import { ImagePuller } from './imagePuller';
import { ImageStore } from './imageStore';
import type { Pod } from '../objects';
import { timestamp } from '../objects';
import type { NodeRuntime } from './podContainers';
import { PodWorker } from './podWorker';
import type { RegistryWorld } from './registryWorld';
import { UnexpectedAnswer } from '../controllers/unexpectedAnswer';

/** How fast a simulated node is, in milliseconds. The defaults are a real node's. */
export interface KubeletTimings {
  /** First pause after a failed pull, and after a container's end; each next one is twice as long. */
  readonly backOffMs: number;
  readonly maxBackOffMs: number;
  readonly stopMs: number;
  /** How long a container runs that exits by itself. */
  readonly exitAfterMs: number;
  /** From a change of the node's images to its appearance in the node's status. */
  readonly imageStatusMs: number;
}

const realTimings: KubeletTimings = {
  backOffMs: 10_000,
  maxBackOffMs: 300_000,
  stopMs: 500,
  exitAfterMs: 500,
  imageStatusMs: 10_000,
};

export interface KubeletOptions {
  readonly api: ApiConnection;
  /** `hostname` is the value of the label kubernetes.io/hostname. */
  readonly node: { readonly name: string; readonly hostname: string };
  readonly registries: RegistryWorld;
  readonly timings?: Partial<KubeletTimings>;
  readonly clock: Clock;
  /** Kubernetes minor version that it behaves as; 35 when absent. Before 32 a back-off's message has no cause. */
  readonly minor?: number;
  /** The node's number, for addresses; 1 when absent. */
  readonly number?: number;
}

export interface Kubelet {
  readonly name: string;
  readonly hostname: string;
  readonly images: ImageStore;
  /** Garbage collection of one image: it goes unless a container runs of it. */
  collectImage(reference: string): void;
  /** Forgets images and pauses, as a fresh node. Running containers go on. */
  reset(): void;
  stop(): Promise<void>;
}

/** Registers a node and runs the pods that are bound to it, as a client of any API server. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { name, hostname } = options.node;
  const { clock } = options;
  const minor = options.minor ?? 35;
  const number = options.number ?? 1;
  const timings = { ...realTimings, ...options.timings };
  const client = new ClusterClient(options.api, clock);
  const events = new EventRecorder(client, clock, { component: 'kubelet', host: name });
  let cancelImages: (() => void) | null = null;
  let published: Promise<void> = Promise.resolve();
  let stopped = false;

  const images = new ImageStore(() => {
    if (stopped) return;
    cancelImages ??= clock.after(timings.imageStatusMs, () => {
      cancelImages = null;
      // one list after the other: an older one must not land last
      published = published.then(publishImages).catch((error: unknown) => {
        // the next change of an image writes the whole list again
        if (!(error instanceof NoAnswer || error instanceof UnexpectedAnswer)) throw error;
      });
    });
  });
  async function publishImages() {
    await client.merge(`${paths.nodes}/${name}/status`, { status: { images: images.nodeImages() } });
  }

  const puller = new ImagePuller(clock, options.registries, images, {
    backOffMs: timings.backOffMs,
    maxBackOffMs: timings.maxBackOffMs,
    minor,
  });
  const runtime: NodeRuntime = {
    client,
    clock,
    puller,
    hostClient: new HostClient(clock, options.registries, images),
    crashBackOff: new BackOff(timings.backOffMs, timings.maxBackOffMs),
    events,
    hostIP: `192.168.100.${String(number)}`,
    stopMs: timings.stopMs,
    exitAfterMs: timings.exitAfterMs,
  };

  await client.create(paths.nodes, nodeObject(name, hostname, runtime.hostIP, minor, clock.now()), [409]);

  const workers = new Map<string, PodWorker>();
  const pods = client.informer<Pod>('pods', `spec.nodeName=${name}`);
  let address = 1;
  pods.onChange((after, before) => {
    const uid = after?.metadata.uid ?? before?.metadata.uid ?? '';
    if (before && before.metadata.uid !== uid) drop(before.metadata.uid ?? '');
    if (!after) {
      drop(uid);
      return;
    }
    const known = workers.get(uid);
    if (known) {
      known.update(after);
      return;
    }
    // what had ended before this kubelet started stays as it is
    const phase = after.status?.phase;
    if ((phase === 'Succeeded' || phase === 'Failed') && !after.metadata.deletionTimestamp) return;
    address = (address % 250) + 1;
    workers.set(uid, new PodWorker(runtime, after, `10.244.${String(number)}.${String(address)}`));
  });
  function drop(uid: string) {
    workers.get(uid)?.end();
    workers.delete(uid);
  }
  await pods.synced;

  return {
    name,
    hostname,
    images,
    collectImage(reference) {
      const name = parseImageName(reference);
      if (name && ![...workers.values()].some((worker) => worker.runs(reference))) images.remove(name);
    },
    reset() {
      images.clear();
      puller.clear();
      runtime.crashBackOff.clear();
    },
    async stop() {
      stopped = true;
      cancelImages?.();
      client.stop();
      for (const worker of workers.values()) worker.end();
      await events.settled();
    },
  };
}

function nodeObject(name: string, hostname: string, address: string, minor: number, now: number) {
  const time = timestamp(now);
  const capacity = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': hostname,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
      },
    },
    spec: {},
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
          lastHeartbeatTime: time,
          lastTransitionTime: time,
        },
      ],
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: hostname },
      ],
      nodeInfo: {
        machineID: '',
        systemUUID: '',
        bootID: '',
        kernelVersion: '6.12.0',
        osImage: 'Debian GNU/Linux 13 (trixie)',
        containerRuntimeVersion: 'containerd://1.7.28',
        kubeletVersion: `v1.${String(minor)}.4`,
        kubeProxyVersion: '',
        operatingSystem: 'linux',
        architecture: 'amd64',
      },
      images: [],
    },
  };
}
