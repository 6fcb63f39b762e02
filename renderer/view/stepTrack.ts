import type { CacheView, IncidentProgress, IncidentView, RescueStep } from '../../electron/domain/appState';

type Rescuing = Extract<IncidentProgress, { is: 'rescuing' }>;

/** One cell is one real thing, a node or a pod. */
export type Cell = 'done' | 'now' | 'later' | 'failed';

export interface TrackStep {
  readonly step: RescueStep;
  readonly now: boolean;
  readonly cells: readonly Cell[];
  readonly done: number;
  readonly total: number;
  /** What is counted. */
  readonly of: 'nodes' | 'pods';
}

export type StepTrack = readonly TrackStep[];

/** Above this many things single cells can no longer be told apart; then one bar stands for all of them. */
const mostCells = 12;

const swapping: readonly RescueStep[] = ['cache', 'swap', 'verify'];
const ordersOf: Readonly<Record<RescueStep, readonly RescueStep[]>> = {
  retag: ['retag'],
  cache: swapping,
  swap: swapping,
  verify: swapping,
  'put-back': ['cache', 'swap', 'put-back'],
};

/** The steps of a rescue that runs. What is past is full, what is under way is counted, the rest is to come. */
export function stepTrack(incident: IncidentView, progress: Rescuing, caches: readonly CacheView[]): StepTrack {
  const order = ordersOf[progress.step];
  const current = order.indexOf(progress.step);
  const nodes = new Set(incident.pods.map((pod) => pod.node)).size;
  return order.map((step, index) => {
    const of = step === 'cache' ? 'nodes' : 'pods';
    const now = index === current;
    const total = now ? progress.total : of === 'nodes' ? nodes : incident.pods.length;
    const done = index < current ? total : now ? Math.min(progress.done, total) : 0;
    const cells = step === 'cache' && now ? nodeCells(cacheOf(incident, progress, caches)) : null;
    return { step, now, of, done, total, cells: cells ?? countCells(done, total, now) };
  });
}

/** The cache that a rescue fills just now, if one is shown. */
export function cacheOf(
  incident: IncidentView,
  progress: Rescuing,
  caches: readonly CacheView[],
): CacheView | undefined {
  const proxied = incident.candidates[progress.mirror - 1]?.proxied;
  return caches.find(
    (cache) => cache.context === incident.context && cache.image === proxied && cache.endedAt === null,
  );
}

/** The nodes of a cache as cells; null when there are none, or too many. */
export function nodeCells(cache: CacheView | undefined): readonly Cell[] | null {
  if (!cache || cache.nodes.length === 0 || cache.nodes.length > mostCells) return null;
  const cells = cache.nodes.map(({ pull }): Cell => {
    if (pull.is === 'pulled') return 'done';
    if (pull.is === 'failed') return 'failed';
    return pull.is === 'pulling' || pull.is === 'helper' ? 'now' : 'later';
  });
  const order: readonly Cell[] = ['done', 'failed', 'now', 'later'];
  return cells.sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

export function countCells(done: number, total: number, now: boolean): readonly Cell[] {
  if (total > mostCells || total < 1) return [total > 0 && done >= total ? 'done' : now ? 'now' : 'later'];
  return Array.from({ length: total }, (_, index) => (index < done ? 'done' : now ? 'now' : 'later'));
}
