import type { KubeObject } from '../kubeObject';

interface NodeFields {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo?: { readonly operatingSystem?: string };
  };
}

/** What keeps from pulling on a node ahead of need: everything, or all that is made for Linux. */
export type NodeBar = 'not-ready' | 'windows';

/** Null where nothing keeps from it, as far as the node tells. */
export function barOf(node: KubeObject): NodeBar | null {
  if (isNotReady(node)) return 'not-ready';
  return isWindows(node) ? 'windows' : null;
}

/** Whether its kubelet has been silent, or says that it can start nothing; false where nothing tells. */
export function isNotReady(node: KubeObject): boolean {
  const { status } = node as NodeFields;
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is !== 'True') === true;
}

/** The nodes that take work now, each with its kubernetes.io/hostname label where it has one. */
export function readyNodes(nodes: readonly KubeObject[]): ReadonlyMap<string, string | undefined> {
  const ready = nodes.filter((node) => {
    const { spec, status } = node as NodeFields;
    const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
    // nothing that pulls ahead of need runs on Windows
    return isReady && spec?.unschedulable !== true && !isWindows(node);
  });
  return new Map(ready.map(({ metadata }) => [metadata.name, metadata.labels?.['kubernetes.io/hostname']]));
}

function isWindows(node: KubeObject): boolean {
  return (node as NodeFields).status?.nodeInfo?.operatingSystem === 'windows';
}
