import type { NodePull, WayLeft } from '../appState';
import { resources, type ObjectRef } from '../kubeObject';
import {
  allSettled,
  batchOf,
  isSettled,
  prepullLimits,
  type Prepull,
  type PrepullBatch,
  type PrepullEffect,
  type PrepullEvent,
  type PrepullLimits,
  type PrepullLook,
  type PrepullPlan,
  type PrepullReport,
} from './prepull';
import { canServe, makePullers } from './prepullWays';
import { refusedBy } from './wayLeft';
import type { WriteResult } from '../writeResult';

/** What a prepull is now, and what is to be done. */
type Step = readonly [Prepull, readonly PrepullEffect[]];

/** How often an object is read after a pod of it went before its end, until it counts as lost. */
const patience = 3;

/** Brings an image onto nodes by the first way that there is for each; pure, like all that follows. */
export function beginPrepull(
  plan: PrepullPlan,
  image: string,
  mirror: string,
  nodes: readonly string[],
  limits: PrepullLimits = prepullLimits,
): Step {
  const start: Prepull = {
    image,
    mirror,
    nodes: Object.fromEntries(nodes.map((node) => [node, { is: 'queued' }])),
    batches: [],
  };
  const [begun, effects] = sendOn(plan, start, nodes, -1, { is: 'no-way' }, limits);
  return [begun, [...effects, ...slowTimer(begun, limits)]];
}

/** The app was started again: what was made may or may not be there, and nothing of it has been seen. */
export function resumePrepull(plan: PrepullPlan, known: Prepull, limits: PrepullLimits = prepullLimits): Step {
  const batches = known.batches.map((batch) => (batch.isOver ? batch : { ...batch, seen: [], gone: {} }));
  const again = { ...known, batches };
  const effects = batches.flatMap((batch): readonly PrepullEffect[] => {
    if (batch.isOver) return [{ do: 'delete-puller', object: refOfBatch(plan, batch) }];
    const [made] = makePullers(plan, batch.way, known.image, batch.nodes);
    return made ? [creation(made), ...timersOf(plan, batch, limits)] : [];
  });
  return [again, [...effects, ...slowTimer(again, limits)]];
}

/** It is not waited for any more: everything that was made for it goes. */
export function abandonPrepull(plan: PrepullPlan, known: Prepull): Step {
  const open = known.batches.filter(({ isOver }) => !isOver);
  const batches = known.batches.map((batch) => ({ ...batch, isOver: true }));
  return [{ ...known, batches }, open.map((batch) => ({ do: 'delete-puller', object: refOfBatch(plan, batch) }))];
}

export function stepPrepull(
  plan: PrepullPlan,
  known: Prepull,
  event: PrepullEvent,
  limits: PrepullLimits = prepullLimits,
): Step {
  if (event.type === 'slow') return closed(plan, [timedOut(known), []]);
  const batch = known.batches.find(({ name, isOver }) => name === event.name && !isOver);
  if (!batch) return [known, []];
  switch (event.type) {
    case 'made':
      return closed(plan, made(plan, known, batch, event.result, limits));
    case 'pull':
      return closed(plan, pullSeen(plan, known, batch, event.node, event.pull, limits));
    case 'gone':
      return closed(plan, gone(plan, known, batch, event.node, limits));
    case 'looked':
      return closed(plan, looked(plan, known, batch, event.look, limits));
    case 'timer':
      return closed(plan, timerFired(plan, known, batch, event.what, limits));
  }
}

function made(
  plan: PrepullPlan,
  known: Prepull,
  batch: PrepullBatch,
  result: WriteResult,
  limits: PrepullLimits,
): Step {
  if (result.is === 'done') return [known, []];
  // a pod that has ended already is not in the stream of pods
  if (result.is === 'conflict') return [known, wayOf(plan, batch) === 'pull-pods' ? [look(plan, known, batch)] : []];
  // without an answer it may have been made all the same
  const isMade = result.is === 'unavailable';
  const without = isMade ? known : withBatch(known, { ...batch, isOver: true });
  return sendOn(plan, without, waiting(known, batch), batch.way, refusedBy(result), limits);
}

function pullSeen(
  plan: PrepullPlan,
  known: Prepull,
  batch: PrepullBatch,
  node: string,
  pull: NodePull,
  limits: PrepullLimits,
): Step {
  const before = known.nodes[node];
  // what is settled stays so: a pull pod that disappears after it has pulled takes nothing back
  if (!before || isSettled(before) || batchOf(known, node)?.name !== batch.name) return [known, []];
  const seen = withBatch(known, seenOn(batch, node));
  if (pull.is === 'unproven') return sendOn(plan, seen, [node], batch.way, { is: 'helper-failed' }, limits);
  if (before.is === pull.is && percentOf(before) === percentOf(pull))
    return batch.seen.includes(node) ? [known, []] : [seen, []];
  // it has pulled since it began, not since its percentage changed
  const since = before.is === 'pulling' && pull.is === 'pulling' ? { ...pull, since: before.since } : pull;
  return settle(seen, node, since);
}

function settle(known: Prepull, node: string, pull: NodePull): Step {
  const { image: proxied } = known;
  const next = withPull(known, node, pull);
  if (pull.is === 'pulled') return [next, [{ do: 'report', report: { event: 'cached', proxied, node } }]];
  if (pull.is !== 'failed') return [next, []];
  const { cause, message: why } = pull;
  return [next, [{ do: 'report', report: { event: 'cache-failed', proxied, node, cause, why } }]];
}

/** Its end was not seen. The object may still say how it was; of a pod of our own nothing else tells. */
function gone(plan: PrepullPlan, known: Prepull, batch: PrepullBatch, node: string, limits: PrepullLimits): Step {
  const pull = known.nodes[node];
  if (!pull || isSettled(pull) || batchOf(known, node)?.name !== batch.name) return [known, []];
  if (wayOf(plan, batch) === 'pull-pods') return sendOn(plan, known, [node], batch.way, { is: 'pod-deleted' }, limits);
  if (batch.gone[node] !== undefined) return [known, []];
  const without = { ...seenOn(batch, node), gone: { ...batch.gone, [node]: 0 } };
  return [withBatch(known, without), [look(plan, known, without)]];
}

function looked(
  plan: PrepullPlan,
  known: Prepull,
  batch: PrepullBatch,
  read: PrepullLook,
  limits: PrepullLimits,
): Step {
  if (read.is === 'unanswered') return lookAgain(known, batch, limits.firstLook);
  let state = known;
  const effects: PrepullEffect[] = [];
  const take = ([next, more]: Step) => {
    state = next;
    effects.push(...more);
  };
  for (const [node, pull] of Object.entries(read.pulls ?? {}))
    take(pullSeen(plan, state, current(state, batch), node, pull, limits));
  for (const node of waiting(state, batch)) take(judged(plan, state, current(state, batch), node, read, limits));
  const after = current(state, batch);
  const left = waiting(state, after);
  if (left.length === 0) return [state, effects];
  const again = left.some((node) => after.gone[node] !== undefined) || read.pulls !== null;
  const unseen = left.some((node) => !after.seen.includes(node));
  // the stream of pods shows the rest
  if (!again && !unseen) return [state, effects];
  const [next, more] = lookAgain(state, after, again ? limits.look : limits.firstLook);
  return [next, [...effects, ...more]];
}

/** What the object's own word means for a node that is not settled. */
function judged(
  plan: PrepullPlan,
  known: Prepull,
  batch: PrepullBatch,
  node: string,
  read: Extract<PrepullLook, { is: 'read' }>,
  limits: PrepullLimits,
): Step {
  const leave = (why: WayLeft) => sendOn(plan, known, [node], batch.way, why, limits);
  if (read.object === 'missing') return leave({ is: 'object-gone' });
  const unlisted = read.pulls !== null && batch.seen.includes(node) && read.pulls[node] === undefined;
  const since = batch.gone[node] ?? (unlisted ? 0 : undefined);
  const { detail } = read;
  if (since === undefined) {
    const showsNothing = !batch.seen.includes(node) && read.object !== 'working';
    return showsNothing ? leave({ is: 'shows-nothing', detail }) : [known, []];
  }
  const wasPulling = known.nodes[node]?.is === 'pulling';
  // a pod was seen to pull, so that the object's word has something to confirm
  if (wasPulling && read.object === 'succeeded') return settle(known, node, { is: 'pulled', at: 0 });
  if (wasPulling && read.object === 'over') return settle(known, node, { is: 'unproven', at: 0, why: 'slow' });
  if (read.object !== 'working' || since + 1 >= patience) return leave({ is: 'pod-went', detail });
  return [withBatch(known, { ...batch, gone: { ...batch.gone, [node]: since + 1 } }), []];
}

function timerFired(
  plan: PrepullPlan,
  known: Prepull,
  batch: PrepullBatch,
  what: 'look' | 'none',
  limits: PrepullLimits,
): Step {
  if (what === 'look') return [known, [look(plan, known, batch)]];
  const unseen = waiting(known, batch).filter((node) => !batch.seen.includes(node));
  return sendOn(plan, known, unseen, batch.way, { is: 'unseen', seconds: limits.noPullPod / 1000 }, limits);
}

/** The kubelet does the rest: a slow pull is no failure. */
function timedOut(known: Prepull): Prepull {
  const nodes = Object.entries(known.nodes).map(
    ([node, pull]) => [node, isSettled(pull) ? pull : ({ is: 'unproven', at: 0, why: 'slow' } as const)] as const,
  );
  return { ...known, nodes: Object.fromEntries(nodes) };
}

/** These nodes leave the way of this index for the next that there is for each; those without one are done with. */
function sendOn(
  plan: PrepullPlan,
  known: Prepull,
  nodes: readonly string[],
  from: number,
  why: WayLeft,
  limits: PrepullLimits,
): Step {
  if (nodes.length === 0) return [known, []];
  const { image: proxied } = known;
  const effects: PrepullEffect[] = [];
  const report = (each: PrepullReport) => effects.push({ do: 'report', report: each });
  const nextOf = (node: string) =>
    plan.ways.findIndex((each, index) => index > from && canServe(plan, each, known.image, node));
  const left = plan.ways[from]?.is;
  if (left) report({ event: 'way-left', proxied, nodes, way: left, why });
  let state = known;
  for (const [way, group] of [...grouped(nodes, nextOf)].sort(([one], [other]) => one - other)) {
    const chosen = plan.ways[way];
    if (!chosen) {
      for (const [bar, barred] of grouped(group, (node) => plan.barred?.[node])) {
        report({
          event: 'not-cached',
          proxied,
          nodes: barred,
          ...(left && { way: left }),
          why: left || !bar ? why : { is: bar },
        });
        const unproven = bar === 'not-ready' ? 'node-not-ready' : 'no-pull-pod';
        for (const node of barred) state = withPull(state, node, { is: 'unproven', at: 0, why: unproven });
      }
      continue;
    }
    if (!left && way > 0) for (const each of passedOver(plan, group)) report({ event: 'way-left', proxied, ...each });
    for (const node of group) state = withPull(state, node, { is: 'queued' });
    for (const maker of makePullers(plan, way, known.image, group)) {
      state = { ...state, batches: [...state.batches, maker.batch] };
      effects.push(creation(maker), ...timersOf(plan, maker.batch, limits));
    }
    report({ event: 'cache-started', proxied, nodes: group, way: chosen.is });
  }
  return [state, effects];
}

/** Why the best way is not even tried on these nodes, where that is worth a word. */
function passedOver(
  { ways: [best], barred }: PrepullPlan,
  nodes: readonly string[],
): readonly Pick<Extract<PrepullReport, { event: 'way-left' }>, 'nodes' | 'way' | 'why'>[] {
  if (!best) return [];
  const whyOf = (node: string) => {
    if (barred?.[node] === 'windows') return 'windows';
    return best.is === 'image-cache' ? 'unlabelled' : null;
  };
  return [...grouped(nodes, whyOf)].flatMap(([why, group]) =>
    why === null ? [] : { nodes: group, way: best.is, why: { is: why } },
  );
}

function grouped<Key>(nodes: readonly string[], keyOf: (node: string) => Key): ReadonlyMap<Key, readonly string[]> {
  const groups = new Map<Key, string[]>();
  for (const node of nodes) groups.set(keyOf(node), [...(groups.get(keyOf(node)) ?? []), node]);
  return groups;
}

/** Whatever nothing is waited for any more is taken away. */
function closed(plan: PrepullPlan, [known, effects]: Step): Step {
  const done = known.batches.filter((batch) => !batch.isOver && waiting(known, batch).length === 0);
  if (done.length === 0) return [known, effects];
  const batches = known.batches.map((batch) => (done.includes(batch) ? { ...batch, isOver: true } : batch));
  const away = done.map((batch) => ({ do: 'delete-puller', object: refOfBatch(plan, batch) }) as const);
  return [{ ...known, batches }, [...effects, ...away]];
}

function creation({ batch, manifest }: ReturnType<typeof makePullers>[number]): PrepullEffect {
  return { do: 'create-puller', manifest, name: batch.name, nodes: batch.nodes };
}

function timersOf(plan: PrepullPlan, batch: PrepullBatch, limits: PrepullLimits): readonly PrepullEffect[] {
  // a pod of our own is in the stream as soon as it is made
  if (wayOf(plan, batch) === 'pull-pods') return [];
  const first = wayOf(plan, batch) === 'image-pull-job' ? limits.look : limits.firstLook;
  return [
    { do: 'timer', name: `look/${batch.name}`, ms: first },
    { do: 'timer', name: `none/${batch.name}`, ms: limits.noPullPod },
  ];
}

function slowTimer(known: Prepull, limits: PrepullLimits): readonly PrepullEffect[] {
  return allSettled(known) ? [] : [{ do: 'timer', name: 'slow', ms: limits.cache }];
}

function look(plan: PrepullPlan, { image }: Prepull, batch: PrepullBatch): PrepullEffect {
  const way = plan.ways[batch.way];
  if (!way) throw new RangeError(`${batch.name} is of no way`);
  return { do: 'look', object: refOfBatch(plan, batch), batch, way, image };
}

function lookAgain(known: Prepull, batch: PrepullBatch, ms: number): Step {
  return [known, [{ do: 'timer', name: `look/${batch.name}`, ms }]];
}

function refOfBatch(plan: PrepullPlan, batch: PrepullBatch): ObjectRef {
  const { namespace, name } = batch;
  const kind = ({ 'image-cache': 'ImageCache', 'image-pull-job': 'ImagePullJob', 'pull-pods': 'Pod' } as const)[
    wayOf(plan, batch)
  ];
  return { apiVersion: resources[kind].apiVersion, kind, namespace, name };
}

function wayOf({ ways }: PrepullPlan, { way, name }: PrepullBatch) {
  const known = ways[way];
  if (!known) throw new RangeError(`${name} is of no way`);
  return known.is;
}

/** The nodes that this object still counts for. */
function waiting(known: Prepull, batch: PrepullBatch): readonly string[] {
  return batch.nodes.filter((node) => {
    const pull = known.nodes[node];
    return pull !== undefined && !isSettled(pull) && batchOf(known, node)?.name === batch.name;
  });
}

function current(known: Prepull, batch: PrepullBatch): PrepullBatch {
  return known.batches.find(({ name }) => name === batch.name) ?? batch;
}

function seenOn(batch: PrepullBatch, node: string): PrepullBatch {
  return batch.seen.includes(node) ? batch : { ...batch, seen: [...batch.seen, node] };
}

function withBatch(known: Prepull, batch: PrepullBatch): Prepull {
  return { ...known, batches: known.batches.map((each) => (each.name === batch.name ? batch : each)) };
}

function withPull(known: Prepull, node: string, pull: NodePull): Prepull {
  return { ...known, nodes: { ...known.nodes, [node]: pull } };
}

function percentOf(pull: NodePull): number | undefined {
  return pull.is === 'pulling' ? pull.percent : undefined;
}
