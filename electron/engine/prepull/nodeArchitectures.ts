import * as z from 'zod';
import { resources, type KubeObject } from '../../domain/kubeObject';
import { isReadFailure, type Cluster } from '../ports';

const nodeSchema = z.object({ status: z.object({ nodeInfo: z.object({ architecture: z.string().min(1) }) }) });

/** What processors nodes have, as Go and image indexes name them: `amd64`, `arm64`. A node never changes its own. */
export class NodeArchitectures {
  private readonly known = new Map<string, string>();

  constructor(private readonly cluster: Pick<Cluster, 'readObject'>) {}

  /** That of all of these nodes, which are read where they are not known; null where they differ or may not be read. */
  async of(nodes: readonly string[]): Promise<string | null> {
    const { apiVersion } = resources.Node;
    await Promise.all(
      nodes.map(async (name) => {
        if (this.known.has(name)) return;
        const node = await this.cluster.readObject({ apiVersion, kind: 'Node', namespace: '', name });
        if (node !== null && !isReadFailure(node)) this.learn([node]);
      }),
    );
    return this.ofKnown(nodes);
  }

  /** The same of what is known already. */
  ofKnown(nodes: readonly string[]): string | null {
    const found = new Set(nodes.map((name) => this.known.get(name) ?? null));
    const [first] = found;
    return found.size === 1 && first !== undefined ? first : null;
  }

  learn(nodes: readonly KubeObject[]): void {
    for (const node of nodes) {
      const { data } = nodeSchema.safeParse(node);
      if (data) this.known.set(node.metadata.name, data.status.nodeInfo.architecture);
    }
  }
}
