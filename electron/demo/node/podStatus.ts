import type { Condition, Container, ContainerStateFields, ContainerStatus, Pod, PodStatus } from '../objects';
import { timestamp } from '../objects';

/** The newest container of one name, as the runtime knows it. Times in milliseconds. */
export interface RuntimeContainer {
  /** The image text of the spec that it was made from. */
  readonly from: string;
  readonly image: string;
  readonly imageId: string;
  readonly id: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly ended: {
    readonly at: number;
    readonly exitCode: number;
    readonly reason: string;
    readonly message?: string;
  } | null;
  /** How the container before this one ended. */
  readonly before: ContainerStateFields;
}

export interface PodRuntimeView {
  readonly containers: ReadonlyMap<string, RuntimeContainer>;
  /** Why the start of a container failed last. */
  readonly reasons: ReadonlyMap<string, { readonly reason: string; readonly message: string }>;
  readonly hostIP: string;
  readonly podIP: string;
  readonly startTime: number;
  /** Set when the kubelet itself gave up on the pod. */
  readonly failed: { readonly reason: string; readonly message: string } | null;
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

/** Whether the kubelet would start this container again. */
export function shouldRestart(container: RuntimeContainer | undefined, policy: string): boolean {
  if (!container) return true;
  if (!container.ended) return false;
  return policy === 'Always' || (policy === 'OnFailure' && container.ended.exitCode !== 0);
}

/** The status of a pod as the kubelet writes it. */
export function podStatus(pod: Pod, view: PodRuntimeView, now: number): PodStatus {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const inits = pod.spec.initContainers ?? [];
  const waitsFor = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const initStatuses = inits.map((container) =>
    containerStatus(
      container,
      view,
      isSidecar(container) ? 'Always' : policy === 'Never' ? 'Never' : 'OnFailure',
      waitsFor,
      true,
    ),
  );
  const statuses = pod.spec.containers.map((container) => containerStatus(container, view, policy, waitsFor, false));
  const phase = view.failed ? 'Failed' : phaseOf(pod, policy, initStatuses, statuses);
  return {
    phase,
    ...(view.failed ?? {}),
    conditions: conditions(pod, phase, initStatuses, statuses, now),
    hostIP: view.hostIP,
    hostIPs: [{ ip: view.hostIP }],
    podIP: view.podIP,
    podIPs: [{ ip: view.podIP }],
    startTime: timestamp(view.startTime),
    qosClass: pod.status?.qosClass ?? 'BestEffort',
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    containerStatuses: statuses,
  };
}

function containerStatus(
  container: Container,
  view: PodRuntimeView,
  policy: string,
  waitsFor: string,
  init: boolean,
): ContainerStatus {
  const known = view.containers.get(container.name);
  const reason = view.reasons.get(container.name);
  const base = {
    name: container.name,
    image: known?.image ?? container.image ?? '',
    imageID: known?.imageId ?? '',
    ready: false,
    started: false,
    restartCount: known?.attempt ?? 0,
  };
  if (!known) return { ...base, state: { waiting: reason ?? { reason: waitsFor } }, lastState: {} };
  const id = { containerID: known.id };
  if (!known.ended) {
    const ordinary = init && !isSidecar(container);
    const running = { startedAt: timestamp(known.startedAt) };
    return { ...base, ...id, ready: !ordinary, started: !ordinary, state: { running }, lastState: known.before };
  }
  const terminated = endState(known);
  if (reason && shouldRestart(known, policy)) {
    return { ...base, ...id, state: { waiting: reason }, lastState: terminated };
  }
  return { ...base, ...id, ready: init && known.ended.exitCode === 0, state: terminated, lastState: known.before };
}

export function endState(container: RuntimeContainer): ContainerStateFields {
  const { ended, startedAt, id } = container;
  if (!ended) return {};
  return {
    terminated: {
      exitCode: ended.exitCode,
      reason: ended.reason,
      ...(ended.message !== undefined && { message: ended.message }),
      startedAt: timestamp(startedAt),
      finishedAt: timestamp(ended.at),
      containerID: id,
    },
  };
}

/** The kubelet's `getPhase`. */
function phaseOf(
  pod: Pod,
  policy: string,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
): string {
  let pendingInit = 0;
  let failedInit = 0;
  initStatuses.forEach(({ state, lastState, started }, index) => {
    const sidecar = isSidecar(pod.spec.initContainers?.[index] ?? { name: '' });
    if (sidecar) {
      if (!started && !state.terminated) pendingInit += 1;
      return;
    }
    const ended = state.terminated ?? (state.waiting ? lastState.terminated : undefined);
    if (!ended) pendingInit += 1;
    else if (ended.exitCode !== 0) failedInit += 1;
    else if (!state.terminated) pendingInit += 1;
  });
  const running = statuses.filter(({ state }) => state.running).length;
  const waiting = statuses.filter(({ state, lastState }) => state.waiting && !lastState.terminated).length;
  const stopped = statuses.length - running - waiting;
  const succeeded = statuses.filter(({ state }) => state.terminated?.exitCode === 0).length;
  if (failedInit > 0 && policy === 'Never') return 'Failed';
  // once a container has started, the init containers no longer count
  if (pendingInit + failedInit > 0 && running === 0 && stopped === 0) return 'Pending';
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (policy === 'Always') return 'Running';
  if (succeeded === stopped) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function conditions(
  pod: Pod,
  phase: string,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
  now: number,
): Condition[] {
  const over = phase === 'Succeeded' || phase === 'Failed';
  const initialized = initStatuses.every((status) => status.ready || status.started);
  const ready = !over && initialized && statuses.every((status) => status.ready);
  const known = new Map((pod.status?.conditions ?? []).map((condition) => [condition.type, condition]));
  const unready = statuses.filter((status) => !status.ready).map(({ name }) => name);
  const notReady = over
    ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const condition = (type: string, holds: boolean, otherwise: Partial<Condition> = {}): Condition => {
    const status = holds ? 'True' : 'False';
    const before = known.get(type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : timestamp(now);
    return { type, status, ...(!holds && otherwise), ...(lastTransitionTime && { lastTransitionTime }) };
  };
  return [
    condition('PodReadyToStartContainers', !over),
    condition('Initialized', initialized || phase === 'Succeeded', { reason: 'ContainersNotInitialized' }),
    condition('Ready', ready, notReady),
    condition('ContainersReady', ready, notReady),
    condition('PodScheduled', true),
  ];
}
