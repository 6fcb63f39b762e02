import type { RetagProgress } from '../../domain/retag/retagProgress';
import type { RetagNodePhase, RetagState } from '../../domain/retag/retagState';

/** Counts what the Jobs of one context's retags ask of the mirrors: the image, and their own where a node lacks that. */
export class RetagPulls {
  /** Nodes and the images that Jobs have run with on them. */
  private readonly ran = new Set<string>();

  /** `pulling`: so many pulls through the mirror on this host are about to begin. */
  constructor(private readonly pulling: (host: string, pulls: number) => void) {}

  /** The Job of this node is about to be written. */
  begins({ nodes, candidates, helpers }: RetagState, node: string): void {
    const { mirror: index = 0, unanswered = 0 } = nodes[node] ?? {};
    const candidate = candidates[index];
    // a write that is repeated for want of an answer is no pull of its own
    if (!candidate || unanswered > 0) return;
    const { mirror, helper, helperMirror } = candidate;
    this.pulling(mirror, 1);
    const isThere = this.ran.has(ofNode(node, helper)) || helpers?.[node]?.includes(helper) === true;
    if (helperMirror !== undefined && !isThere) this.pulling(helperMirror, 1);
  }

  /** How far the Job of this node is: what has run there has its image there. */
  seen({ nodes, candidates }: RetagState, node: string, progress: RetagProgress): void {
    const helper = candidates[nodes[node]?.mirror ?? 0]?.helper;
    const hasRun =
      progress.is === 'working' || progress.is === 'done' || (progress.is === 'failed' && progress.whose === 'pull');
    if (helper !== undefined && hasRun) this.ran.add(ofNode(node, helper));
  }
}

/** The mirrors' hosts of the pulls under way, each as often as there are pulls. */
export function retagPullsUnderWay({ nodes, candidates }: RetagState): readonly string[] {
  return Object.values(nodes).flatMap(({ phase, mirror }) => (isBusy(phase) ? (candidates[mirror]?.mirror ?? []) : []));
}

/** Whether a Job is at work there, or on its way. */
export function isBusy(phase: RetagNodePhase): boolean {
  return phase === 'creating' || phase === 'working';
}

function ofNode(node: string, image: string): string {
  return `${node} ${image}`;
}
