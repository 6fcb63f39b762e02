import type { KubeObject } from './kubeObject';

interface NodeFields {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The nodes that take work now, each with its kubernetes.io/hostname label where it has one. */
export function readyNodes(nodes: readonly KubeObject[]): ReadonlyMap<string, string | undefined> {
  const ready = nodes.filter((node) => {
    const { spec, status } = node as NodeFields;
    const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;
    return isReady && spec?.unschedulable !== true;
  });
  return new Map(ready.map(({ metadata }) => [metadata.name, metadata.labels?.['kubernetes.io/hostname']]));
}
