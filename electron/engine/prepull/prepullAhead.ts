import { fnv1a } from '../../domain/prepull/imageCache';
import type { PodSnapshot } from '../../domain/podSnapshot';
import type { PrepullRun } from '../../domain/prepull/prepullRun';
import { readyNodes } from '../../domain/prepull/readyNodes';
import type { PrepullLimits, PrepullReport } from '../../domain/prepull/prepull';
import type { RescueState } from '../../domain/rescue/rescueState';
import { candidate } from '../../domain/rescue/rescueTargets';
import type { ClusterFacts } from '../clusterFacts';
import type { ClusterWrites } from '../clusterWrites';
import { prepullEvents, type EngineEvent } from '../engineEvent';
import type { NodeArchitectures } from './nodeArchitectures';
import { planPrepull } from './prepullPlanning';
import type { PrepullReader } from './prepullReader';
import { PrepullRunner } from './prepullRunner';
import { unfinishedPrepulls } from '../recovery';
import { isReadFailure, type Clock, type Cluster, type Journal } from '../ports';

export interface PrepullAheadParts {
  readonly context: string;
  readonly cluster: Pick<Cluster, 'listObjects'>;
  readonly facts: ClusterFacts;
  readonly writes: ClusterWrites;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly reader: PrepullReader;
  /** Label selector of the nodes; empty = all, undefined = none. */
  readonly selector: () => string | undefined;
  readonly mirrors: {
    mayAsk(host: string): boolean;
    pulling(host: string, pulls: number): void;
  };
  readonly pullPods: (name: string) => readonly PodSnapshot[];
  readonly board: {
    ahead(run: PrepullRun, ended: boolean, now: number): void;
    aheadReported(run: PrepullRun, report: PrepullReport): void;
  };
  readonly architectures: Pick<NodeArchitectures, 'learn'>;
  readonly changed: () => void;
  readonly event: (event: Omit<EngineEvent, 'time' | 'context'>) => void;
  readonly limits?: PrepullLimits;
}

/** What a rescue has healed is brought onto further nodes, where the context's setting names some. */
export class PrepullAhead {
  readonly runner: PrepullRunner;

  constructor(private readonly parts: PrepullAheadParts) {
    const { context, writes, journal, clock, reader, mirrors, board, changed, event, pullPods, limits } = parts;
    this.runner = new PrepullRunner(
      context,
      writes,
      journal,
      clock,
      {
        changed: (run, ended) => {
          board.ahead(run, ended, clock.now());
          changed();
        },
        report: (run, report) => {
          board.aheadReported(run, report);
          for (const each of prepullEvents(run.original, report)) event(each);
        },
        failed: (why) => {
          event({ event: 'error', why });
        },
        pullPods,
        look: (about) => reader.look(about),
        pulling: (host, pulls) => {
          mirrors.pulling(host, pulls);
        },
        // nothing more begins once it is no longer wished
        mayAsk: (host) => parts.selector() !== undefined && mirrors.mayAsk(host),
      },
      limits,
    );
  }

  /** The image that this rescue has healed its pods with, where it has, goes onto the further nodes, where it may. */
  async healed(rescue: RescueState): Promise<void> {
    if (rescue.outcome?.is !== 'healed') return;
    const { selector, cluster, facts, writes, event, mirrors, architectures } = this.parts;
    const chosen = selector();
    const { mirror, proxied } = candidate(rescue);
    if (chosen === undefined || writes.dryRun || !mirrors.mayAsk(mirror)) return;
    const nodes = await cluster.listObjects('Node', '', chosen);
    if (isReadFailure(nodes)) {
      const why = 'unanswered' in nodes ? nodes.unanswered : nodes.forbidden;
      event({ event: 'error', why: `the nodes that are to have ${proxied} ahead of need cannot be listed: ${why}` });
      return;
    }
    architectures.learn(nodes);
    const further = new Map(readyNodes(nodes));
    const targets = Object.values(rescue.targets);
    for (const { node } of targets) further.delete(node);
    if (further.size === 0) return;
    const pods = targets.map(({ namespace, node, pullSecrets = [] }) => ({
      namespace,
      node,
      serviceAccount: rescue.pullers[node]?.serviceAccount ?? '',
      pullSecrets,
    }));
    const plan = await planPrepull(facts, pods, further);
    // somebody may have wished meanwhile that nothing is brought anywhere any more
    if (selector() === undefined) return;
    const id = `ahead-${fnv1a([rescue.id, proxied].join('\n'))}`;
    this.runner.begin({ id, original: rescue.image, image: proxied, mirror, plan, nodes: [...further.keys()] });
  }

  /** Goes on with what a killed run left in the journal. */
  resume(unreadable: (id: string) => void): void {
    const { journal, context } = this.parts;
    for (const run of unfinishedPrepulls(journal, context, unreadable)) this.runner.resume(run);
  }

  stop(leaving: boolean): Promise<void> {
    return this.runner.stop(leaving);
  }
}
