import { join } from 'node:path';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { startContainerd, type Containerd } from './containerd';
import type { Credentials } from './credentials';
import type { Image } from './image';
import { Kubelet } from './kubelet';
import type { NodePrograms } from './nodePrograms';
import type { Workspace } from './workspace';

export interface ClusterNodeOptions {
  readonly name: string;
  readonly hostname: string;
  readonly api: ApiConnection;
  readonly credentials: Credentials;
  readonly programs: NodePrograms;
  /** Folder of Kubernetes' own programs. */
  readonly assets: string;
  readonly registries: string;
  readonly pauseImage: string;
  /** Images that the node has from the start; the one for pausing is one of them. */
  readonly preloaded: Readonly<Record<string, Image>>;
}

interface NodeObject {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: {
    readonly images?: readonly { readonly names?: readonly string[] }[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastHeartbeatTime: string;
    }[];
  };
}

/** One node: containerd and a kubelet. */
export class ClusterNode {
  static async start(workspace: Workspace, options: ClusterNodeOptions): Promise<ClusterNode> {
    const { name, hostname, programs, credentials } = options;
    const containerd = await startContainerd(workspace, {
      name,
      program: programs.containerd,
      plugins: programs.plugins,
      registries: options.registries,
      pauseImage: options.pauseImage,
      preloaded: options.preloaded,
      link: `pt-${workspace.id}-${name.replace(/\D/g, '')}`,
    });
    const kubelet = await Kubelet.prepare(workspace, {
      name,
      hostname,
      program: join(options.assets, 'kubelet'),
      kubeconfig: credentials.kubeconfig(`system:node:${name}`),
      containerd,
    });
    const node = new ClusterNode(workspace, options, containerd, kubelet);
    await node.startKubelet();
    return node;
  }

  private constructor(
    private readonly workspace: Workspace,
    private readonly options: ClusterNodeOptions,
    private readonly containerd: Containerd,
    private readonly kubelet: Kubelet,
  ) {}

  /**
   * As it was at first. Its pods must be gone. The kubelet is started again, since it keeps in memory what it has
   * pulled and what it last saw of containerd's images.
   */
  async reset(): Promise<void> {
    await this.kubelet.stopAndForgetImages();
    await this.containerd.removePulledImages();
    await this.startKubelet();
  }

  get name(): string {
    return this.options.name;
  }

  /** Under this reference the node has it no longer; under its other names it has it still. */
  removeImage(reference: string): Promise<void> {
    return this.containerd.removeImage(reference);
  }

  /** A pod that the kubelet runs from a file. */
  placeStaticPod(namespace: string, name: string, spec: object): Promise<void> {
    const metadata = { namespace, name, labels: { app: name } };
    return this.kubelet.placeStaticPod(name, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  }

  removeStaticPods(): Promise<void> {
    return this.kubelet.removeStaticPods();
  }

  /** Until the node is ready by what this kubelet reports, and reports no image but the preloaded ones. */
  private async startKubelet(): Promise<void> {
    const { api, name, preloaded } = this.options;
    const startedAt = Math.floor(Date.now() / 1000) * 1000; // heartbeats are given in whole seconds
    const running = this.kubelet.start();
    const path = `/api/v1/nodes/${name}`;
    await this.workspace.ready(running, 60_000, async () => {
      const { status, body } = await api.request({ method: 'GET', path });
      return status === 200 && isReady(body as NodeObject, startedAt, Object.keys(preloaded));
    });
  }
}

function isReady({ spec, status }: NodeObject, since: number, images: readonly string[]): boolean {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return (
    ready?.status === 'True' &&
    Date.parse(ready.lastHeartbeatTime) >= since &&
    (spec.taints ?? []).length === 0 &&
    (status.images ?? []).every(({ names = [] }) => names.some((name) => images.includes(name)))
  );
}
