import { diagnose } from '../diagnosis/diagnosis';
import type { PodSnapshot } from '../podSnapshot';
import { hasImage } from '../diagnosis/pullFailure';
import { remember } from '../rescue/rescueTargets';
import type { WriteResult } from '../writeResult';
import { pulledName, soughtName } from './retagNames';
import { retagJob, retagJobName, type RetagTask } from './retagJob';
import type { RetagProgress } from './retagProgress';
import { attemptSeen } from './retagAttempts';
import { failed, impossible, letGo, notMade, notTaken, over, unhealed } from './retagFailures';
import {
  isUnderWay,
  mapTargets,
  maySwapNow,
  nodeOf,
  onEachNode,
  onNode,
  proxiedOn,
  report,
  timerName,
  withNode,
  withTarget,
  type Next,
} from './retagParts';
import {
  retagLimits,
  type RetagCandidate,
  type RetagEffect,
  type RetagEvent,
  type RetagLimits,
  type RetagOutcome,
  type RetagState,
  type RetagTargetPhase,
} from './retagState';

/**
 * The retag of one incident: on each node by itself a Job that pulls the image through a mirror and gives it its own name;
 * on failure the next mirror; then the kubelet's own next attempt. What that does not heal, or a person does not want to
 * wait for, is left to the usual rescue, which may begin while other nodes go on; what nothing else heals is given up.
 * Pure: whoever runs it performs the effects and answers with events.
 */
export function stepRetag(state: RetagState, event: RetagEvent, limits: RetagLimits = retagLimits): Next {
  if (state.step === 'ended') return [state, []];
  switch (event.type) {
    case 'begin':
      return settled(onEachNode(state, (next, node) => startJob(next, node, limits)));
    case 'resume':
      return settled(onEachNode(state, (next, node) => resumed(next, node, limits)));
    case 'job-write':
      return settled(jobWritten(state, event.node, event.job, event.result, limits));
    case 'progress':
      return settled(progressed(state, event.node, event.job, event.progress, limits));
    case 'pod-seen':
      return settled(podSeen(state, event.pod));
    case 'pod-gone':
      return settled(withPhase(state, event.podUid, 'left'));
    case 'swap-now':
      return settled(swapNow(state));
    case 'timer':
      return settled(timerFired(state, event.name, limits));
  }
}

function startJob(state: RetagState, name: string, limits: RetagLimits): Next {
  const node = nodeOf(state, name);
  const candidate = state.candidates[node.mirror];
  const task = candidate && taskOf(state, name, candidate);
  if (!candidate || !task) return [withNode(state, name, { phase: 'over' }), []];
  const job = retagJobName(task);
  const timer = (what: string, ms: number): RetagEffect => ({ do: 'timer', name: timerName(state, name, what), ms });
  // one that is written again, for want of an answer or after a restart, may have been told of before
  const told = node.job === job && node.told === true;
  return [
    withNode(state, name, { phase: 'creating', job, seen: false, told }),
    [
      { do: 'create-job', node: name, job: retagJob(task, state.namespace, candidate.helper) },
      timer('no-pod', limits.noPod),
      timer('job', limits.job),
    ],
  ];
}

/** The Job is there: told once, however often it is written. */
function begun(state: RetagState, name: string): Next {
  if (nodeOf(state, name).told) return [state, []];
  const proxied = proxiedOn(state, name);
  return [withNode(state, name, { told: true }), [report({ event: 'retag-started', node: name, proxied })]];
}

/** Null where the runtime can give the image no name that is looked for; such targets are never planned. */
function taskOf(state: RetagState, node: string, { proxied }: RetagCandidate): RetagTask | null {
  const { runtime } = nodeOf(state, node);
  const originals = onNode(state, node, 'waiting').flatMap(({ containers }) =>
    containers.map(({ original }) => soughtName(original, runtime)),
  );
  const names = [...new Set(originals)].filter((each) => each !== null).sort();
  const pull = pulledName(proxied);
  return pull === null || names.length === 0 ? null : { node, runtime, pull, names };
}

function resumed(state: RetagState, name: string, limits: RetagLimits): Next {
  const { phase, job } = nodeOf(state, name);
  if (phase === 'creating' || phase === 'working') return startJob(state, name, limits);
  const again: RetagEffect[] = job === '' ? [] : [{ do: 'delete-job', namespace: state.namespace, name: job }];
  return [state, phase === 'retagged' ? [...again, ...startTimers(state, name, limits)] : again];
}

function jobWritten(state: RetagState, name: string, job: string, result: WriteResult, limits: RetagLimits): Next {
  const node = state.nodes[name];
  if (node?.phase !== 'creating' || node.job !== job) return [state, []];
  switch (result.is) {
    // a conflict: another instance made it, or this one before it was killed
    case 'done':
    case 'conflict':
      return begun(withNode(state, name, { phase: 'working', unanswered: 0 }), name);
    case 'denied': {
      const { verb, resource, namespace } = result;
      const refused = { is: 'denied', verb, resource, namespace } as const;
      return notMade({ ...state, refused }, name, `may not ${verb} ${resource} in namespace ${namespace}`);
    }
    case 'gone':
      return notMade(state, name, `there is no namespace ${state.namespace}`);
    case 'rejected':
      return notMade(state, name, result.detail);
    case 'unavailable':
      if (node.unanswered + 1 < limits.unanswered) {
        const timer = { do: 'timer', name: timerName(state, name, 'create'), ms: limits.retryWrite } as const;
        return [withNode(state, name, { unanswered: node.unanswered + 1 }), [timer]];
      }
      return impossible(
        { ...state, refused: { is: 'unreachable', detail: result.detail } },
        name,
        'job-refused',
        result.detail,
      );
  }
}

function progressed(state: RetagState, name: string, job: string, progress: RetagProgress, limits: RetagLimits): Next {
  const node = state.nodes[name];
  if (!node || node.job !== job || (node.phase !== 'creating' && node.phase !== 'working')) return [state, []];
  const [seen, told] = begun(withNode(state, name, { phase: 'working', seen: true }), name);
  const [next, effects] = furtherBy(seen, name, progress, limits);
  return [next, [...told, ...effects]];
}

function furtherBy(state: RetagState, name: string, progress: RetagProgress, limits: RetagLimits): Next {
  if (progress.is === 'done') return retagged(state, name, limits);
  if (progress.is !== 'failed') return [state, []];
  switch (progress.whose) {
    case 'pull':
      return pullFailed(state, name, progress.message, limits);
    case 'helper':
      return nextMirror(failed(state, name, 'helper', null, progress.message), name, limits);
    case 'node':
      return impossible(state, name, 'node', progress.message);
  }
}

function retagged(state: RetagState, name: string, limits: RetagLimits): Next {
  const { job } = nodeOf(state, name);
  const starting = mapTargets(withNode(state, name, { phase: 'retagged', calm: false }), (target) =>
    target.node === name && target.phase === 'waiting' ? { ...target, phase: 'starting' } : target,
  );
  return [
    starting,
    [
      { do: 'report', report: { event: 'retagged', node: name, proxied: proxiedOn(state, name) } },
      { do: 'delete-job', namespace: state.namespace, name: job },
      ...startTimers(starting, name, limits),
    ],
  ];
}

function startTimers(state: RetagState, name: string, limits: RetagLimits): readonly RetagEffect[] {
  return [
    { do: 'timer', name: timerName(state, name, 'calm'), ms: limits.attempt },
    { do: 'timer', name: timerName(state, name, 'start'), ms: limits.start },
  ];
}

function pullFailed(state: RetagState, name: string, message: string, limits: RetagLimits): Next {
  const candidate = state.candidates[nodeOf(state, name).mirror];
  const { proxied = '', mirror = '' } = candidate ?? {};
  const { cause, needsLogin } = diagnose({ message, reason: 'ErrImagePull', image: proxied, mirrorHost: mirror });
  const failure = { host: mirror, cause, message, ...(needsLogin && { needsLogin }) };
  const known = { ...state, failures: remember(state.failures, failure) };
  return nextMirror(failed(known, name, needsLogin ? 'login' : 'pull', cause, message), name, limits);
}

function nextMirror([state, effects]: Next, name: string, limits: RetagLimits): Next {
  if (state.isOff) return [letGo(withNode(state, name, { phase: 'over' }), name), effects];
  const mirror = nodeOf(state, name).mirror + 1;
  const [next, more] =
    mirror < state.candidates.length
      ? startJob(withNode(state, name, { mirror }), name, limits)
      : over(state, name, 'no mirror is left');
  return [next, [...effects, ...more]];
}

function podSeen(state: RetagState, pod: PodSnapshot): Next {
  const target = state.targets[pod.uid];
  if (!target || !isUnderWay(target)) return [state, []];
  const containers = target.containers.map(({ name, image }) => {
    const seen = pod.containers.find((container) => container.name === name);
    return seen?.image === image ? seen : null;
  });
  if (pod.deleting || containers.includes(null)) return withPhase(state, pod.uid, 'left');
  const present = containers.filter((container) => container !== null);
  if (present.every(hasImage)) {
    // the name was there before its Job was seen to be done
    const ours = nodeOf(state, target.node).phase !== 'creating';
    const [next] = withPhase(state, pod.uid, ours ? 'healed' : 'left');
    const proxied = proxiedOn(state, target.node);
    return [next, ours ? [report({ event: 'healed', target, proxied })] : []];
  }
  if (target.phase !== 'starting') return [state, []];
  const { calm } = nodeOf(state, target.node);
  const { armed, failedAgain } = attemptSeen(present, target.armed);
  const refused = target.refused + (failedAgain ? 1 : 0);
  const known = withTarget(state, { ...target, armed, refused });
  // the first one that is seen may have begun before the image had its name
  return refused >= 2 || (failedAgain && calm) ? notTaken(known, pod.uid) : [known, []];
}

/** What may be swapped is left to the usual rescue. */
function swapNow(state: RetagState): Next {
  const left = mapTargets({ ...state, asked: true }, (target) =>
    maySwapNow(state, target) ? { ...target, phase: 'swap' } : target,
  );
  return [left, []];
}

function timerFired(state: RetagState, name: string, limits: RetagLimits): Next {
  const [mirror, what, node = ''] = name.split('/');
  const known = state.nodes[node];
  if (!known || mirror !== String(known.mirror)) return [state, []];
  const busy = known.phase === 'creating' || known.phase === 'working';
  switch (what) {
    case 'create':
      if (known.phase !== 'creating') return [state, []];
      return state.isOff ? [letGo(state, node), []] : startJob(state, node, limits);
    case 'no-pod':
      return known.phase === 'working' && !known.seen
        ? impossible(state, node, 'no-pod', `no pod of the Job came to be in namespace ${state.namespace}`)
        : [state, []];
    case 'job':
      return busy ? nextMirror(failed(state, node, 'slow', null, ''), node, limits) : [state, []];
    case 'calm':
      return [withNode(state, node, { calm: true }), []];
    case 'start':
      return onNode(state, node, 'starting').reduce<Next>(
        ([next, effects], target) => {
          const [after, more] = unhealed(next, target, 'not-tried');
          return [after, [...effects, ...more]];
        },
        [state, []],
      );
    default:
      return [state, []];
  }
}

/** Ends when nothing is under way any more; a node whose targets have all gone needs its Job no longer. */
function settled([state, effects]: Next): Next {
  if (state.step === 'ended') return [state, effects];
  const idle = Object.entries(state.nodes).filter(
    ([name, { phase }]) => (phase === 'creating' || phase === 'working') && onNode(state, name, 'waiting').length === 0,
  );
  let next = state;
  const deletions: RetagEffect[] = [];
  for (const [name, { job }] of idle) {
    next = withNode(next, name, { phase: 'over' });
    if (job !== '') deletions.push({ do: 'delete-job', namespace: state.namespace, name: job });
  }
  const all = [...effects, ...deletions];
  if (Object.values(next.targets).some(isUnderWay)) return [next, all];
  const outcome = outcomeOf(next);
  return [{ ...next, step: 'ended', outcome }, [...all, report({ event: 'ended', outcome })]];
}

function outcomeOf(state: RetagState): RetagOutcome {
  const phases = new Set(Object.values(state.targets).map(({ phase }) => phase));
  if (phases.has('swap')) return { is: 'swap' };
  if (phases.has('failed')) return { is: 'gave-up', why: state.refused ?? { is: 'no-mirror-left' } };
  if (!phases.has('healed')) return { is: 'closed' };
  const healed = Object.values(state.targets).find(({ phase }) => phase === 'healed');
  const via = state.candidates[nodeOf(state, healed?.node ?? '').mirror]?.mirror ?? '';
  return { is: 'healed', via };
}

function withPhase(state: RetagState, podUid: string, phase: RetagTargetPhase): Next {
  const target = state.targets[podUid];
  return [target ? withTarget(state, { ...target, phase }) : state, []];
}
