import * as z from 'zod';
import type { KubeObject } from '../kubeObject';
import { sameImage } from '../image/imageReference';

/** What runs a node's containers, and how a process on that node talks to it. Plain data: the journal keeps it. */
export interface NodeRuntime {
  readonly is: 'containerd' | 'cri-o' | 'docker';
  /** The runtime's own client, as words of a command. */
  readonly client: string;
  /** The client of the container runtime interface, which pulls with the runtime's own settings; not on every node. */
  readonly criClient: string;
  /** Path of the socket that the kubelet uses. */
  readonly socket: string;
  /** Folder of containerd's settings for registries. */
  readonly hosts: string;
  /**
   * Since 1.35 the kubelet gives no pod an image that it has itself pulled under other names alone (KEP-2535; off by
   * default before).
   */
  readonly recordsPulls: boolean;
}

/** As much of a node as is asked for here. */
const nodeSchema = z.looseObject({
  metadata: z.looseObject({
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  status: z.looseObject({
    nodeInfo: z.looseObject({
      containerRuntimeVersion: z.string(),
      kubeletVersion: z.string(),
      operatingSystem: z.string().optional(),
    }),
    images: z.array(z.looseObject({ names: z.array(z.string()).nullish() })).nullish(),
  }),
});

/** kubeadm notes the socket that it has given the kubelet here. */
const socketAnnotation = 'kubeadm.alpha.kubernetes.io/cri-socket';

type Client = Pick<NodeRuntime, 'client' | 'criClient' | 'socket' | 'hosts'>;

const plain: Client = {
  client: 'ctr',
  criClient: 'crictl',
  socket: '/run/containerd/containerd.sock',
  hosts: '/etc/containerd/certs.d',
};

/** What a node has of whose runtime nothing is known. */
export const usualRuntime: NodeRuntime = { is: 'containerd', ...plain, recordsPulls: true };

/** Where the distributions that bring a containerd of their own keep it; each from its own documentation. */
const distributions: Readonly<Record<string, Client>> = {
  k3s: {
    client: 'k3s ctr',
    criClient: 'k3s crictl',
    socket: '/run/k3s/containerd/containerd.sock',
    hosts: '/var/lib/rancher/k3s/agent/etc/containerd/certs.d',
  },
  rke2: {
    client: '/var/lib/rancher/rke2/bin/ctr',
    criClient: '/var/lib/rancher/rke2/bin/crictl',
    socket: '/run/k3s/containerd/containerd.sock',
    hosts: '/var/lib/rancher/rke2/agent/etc/containerd/certs.d',
  },
  k0s: {
    client: 'k0s ctr',
    criClient: 'crictl',
    socket: '/run/k0s/containerd.sock',
    hosts: '/etc/containerd/certs.d',
  },
  microk8s: {
    client: '/snap/microk8s/current/bin/ctr',
    criClient: 'crictl',
    socket: '/var/snap/microk8s/common/run/containerd.sock',
    hosts: '/var/snap/microk8s/current/args/certs.d',
  },
};

/** Reads a node's runtime from what its kubelet reports, or says what is not known here. */
export function nodeRuntimeOf(node: KubeObject): NodeRuntime | { readonly unknown: string } {
  const read = nodeSchema.safeParse(node);
  if (!read.success) return { unknown: 'the node does not say what it runs' };
  const { metadata, status } = read.data;
  const { containerRuntimeVersion, kubeletVersion, operatingSystem = 'linux' } = status.nodeInfo;
  if (operatingSystem !== 'linux') return { unknown: `the node runs ${operatingSystem}` };
  const [runtime = ''] = containerRuntimeVersion.split('://');
  const noted = metadata.annotations?.[socketAnnotation]?.replace(/^unix:\/\//, '');
  const recordsPulls = minorOf(kubeletVersion) >= 35;
  const socket = noted?.startsWith('/') ? { socket: noted } : {};
  switch (runtime) {
    case 'containerd': {
      const client = distributions[distributionOf(kubeletVersion, metadata)] ?? plain;
      return { is: 'containerd', ...client, ...socket, recordsPulls };
    }
    case 'cri-o': {
      const client = { client: 'podman', criClient: 'crictl', socket: '/run/crio/crio.sock', hosts: '' };
      return { is: 'cri-o', ...client, ...socket, recordsPulls };
    }
    // the kubelet's socket is cri-dockerd's; docker itself has its own
    case 'docker':
      return { is: 'docker', client: 'docker', criClient: '', socket: '/run/docker.sock', hosts: '', recordsPulls };
    default:
      return { unknown: `the node's container runtime is ${containerRuntimeVersion}` };
  }
}

/** Whether the node lists an image under this name. That it lists none proves nothing: the list is cut. */
export function listsImage(node: KubeObject, name: string): boolean {
  const read = nodeSchema.safeParse(node);
  if (!read.success) return false;
  return (read.data.status.images ?? []).some(({ names }) => (names ?? []).some((known) => sameImage(known, name)));
}

function distributionOf(
  kubeletVersion: string,
  { labels = {}, annotations = {} }: z.infer<typeof nodeSchema>['metadata'],
): string {
  const [, build = ''] = /\+(k3s|rke2|k0s)/.exec(kubeletVersion) ?? [];
  if (build !== '') return build;
  if (Object.keys(labels).some((label) => label.startsWith('microk8s.io/') || label.includes('microk8s')))
    return 'microk8s';
  // a kubelet that was built otherwise still runs under these
  return ['rke2', 'k3s'].find((name) => annotations[`${name}.io/hostname`] !== undefined) ?? '';
}

/** Of `v1.35.4+k3s1`: 35. A next major version would be newer than all of these. */
function minorOf(version: string): number {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 ? Infinity : Number(minor);
}
