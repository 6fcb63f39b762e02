import { randomBytes } from 'node:crypto';
import type { Clock } from '../engine/ports';
import { NoAnswer } from '../kube/apiConnection';
import type { BackOff } from './backOff';
import { pause } from './pause';
import type { ClusterClient } from './clusterClient';
import { behaviourOf } from './containerBehaviour';
import type { EventRecorder } from './eventRecorder';
import type { ImagePuller } from './imagePuller';
import { reportedImage } from './imageStore';
import type { Container, ContainerStateFields, Pod, PodStatus } from './objects';
import { sameJson } from './objects';
import type { RuntimeContainer } from './podStatus';
import { endState, isSidecar, podStatus, shouldRestart } from './podStatus';
import { pullLogins } from './pullSecrets';
import { UnexpectedAnswer } from './unexpectedAnswer';

/** What all pods of a node share. */
export interface NodeRuntime {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly puller: ImagePuller;
  readonly crashBackOff: BackOff;
  readonly events: EventRecorder;
  readonly hostIP: string;
  /** Milliseconds that a container takes to stop, and that one which exits by itself runs. */
  readonly stopMs: number;
  readonly exitAfterMs: number;
}

/** Why the work on a container stopped for now, and when to look again; null = when something happens. */
interface Blocked {
  readonly retryIn: number | null;
}

/**
 * Runs one pod as the kubelet's pod worker does: one pass after another, a pass that pulls blocks the next,
 * and a change of the pod in between is seen by the pass that follows.
 */
export class PodWorker {
  private readonly containers = new Map<string, RuntimeContainer>();
  private readonly reasons = new Map<string, { reason: string; message: string }>();
  private readonly terminating = new AbortController();
  private readonly startTime: number;
  private failed: { reason: string; message: string } | null = null;
  private written: PodStatus | null = null;
  private cancelWake: (() => void) | null = null;
  private readonly timers = new Set<() => void>();
  private dirty = false;
  private busy = false;
  private over = false;

  constructor(
    private readonly node: NodeRuntime,
    private pod: Pod,
    private readonly podIP: string,
  ) {
    this.startTime = node.clock.now();
    this.written = pod.status ?? null;
    const deadline = pod.spec.activeDeadlineSeconds;
    if (deadline !== undefined) this.after(deadline * 1000, () => this.exceedDeadline());
    this.look();
  }

  /** The pod as the API server has it now. Only a change of what the kubelet obeys starts a pass. */
  update(pod: Pod): void {
    const before = this.pod;
    // the kubelet runs a static pod from its manifest and ignores what happens to its mirror
    this.pod = isMirror(pod) ? { ...pod, spec: before.spec } : pod;
    if (pod.metadata.deletionTimestamp) this.terminating.abort();
    const same =
      sameJson(before.spec, this.pod.spec) &&
      sameJson(before.metadata.labels, pod.metadata.labels) &&
      sameJson(before.metadata.annotations, pod.metadata.annotations) &&
      before.metadata.deletionTimestamp === pod.metadata.deletionTimestamp;
    if (!same) this.look();
  }

  /** Whether a container runs that was made from this image text. */
  runs(image: string): boolean {
    return [...this.containers.values()].some(({ from, ended }) => from === image && !ended);
  }

  /** The pod is gone, or the kubelet stops: nothing is written any more. */
  end(): void {
    this.over = true;
    this.terminating.abort();
    this.cancelWake?.();
    for (const cancel of this.timers) cancel();
  }

  private look(): void {
    this.dirty = true;
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.dirty && !this.over) {
      this.dirty = false;
      this.cancelWake?.();
      this.cancelWake = null;
      try {
        await this.pass();
      } catch (error) {
        if (!(error instanceof NoAnswer || error instanceof UnexpectedAnswer)) throw error;
        this.wakeIn(200);
      }
    }
    this.busy = false;
  }

  private wakeIn(ms: number): void {
    if (this.over) return;
    this.cancelWake?.();
    this.cancelWake = this.after(ms, () => {
      this.look();
    });
  }

  private after(ms: number, callback: () => void): () => void {
    const cancel = this.node.clock.after(ms, () => {
      this.timers.delete(cancel);
      if (!this.over) callback();
    });
    this.timers.add(cancel);
    return () => {
      this.timers.delete(cancel);
      cancel();
    };
  }

  private async pass(): Promise<void> {
    if (this.pod.metadata.deletionTimestamp) return this.terminate();
    await this.write();
    if (this.failed || this.isFinished()) return this.stopSidecars();
    const blocked = await this.converge();
    await this.write();
    if (this.isFinished()) await this.stopSidecars();
    else if (typeof blocked?.retryIn === 'number') this.wakeIn(blocked.retryIn);
  }

  /** Brings the containers to what the spec says: kill what changed, then init containers, then the others. */
  private async converge(): Promise<Blocked | null> {
    const { spec } = this.pod;
    const killed = new Set<string>();
    for (const container of [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers]) {
      const known = this.containers.get(container.name);
      if (!known || known.ended || known.from === container.image) continue;
      const kind = isSidecar(container) ? 'Init container' : 'Container';
      await this.kill(container, `${kind} ${container.name} definition changed, will be restarted`);
      killed.add(container.name);
    }
    const started = spec.containers.some(({ name }) => this.containers.has(name));
    for (const container of spec.initContainers ?? []) {
      const blocked = await this.convergeInit(container, started);
      if (blocked) return blocked;
    }
    const policy = spec.restartPolicy ?? 'Always';
    const pauses: number[] = [];
    for (const container of spec.containers) {
      const known = this.containers.get(container.name);
      if (!killed.has(container.name) && !shouldRestart(known, policy)) continue;
      const blocked = await this.start(container);
      if (typeof blocked?.retryIn === 'number') pauses.push(blocked.retryIn);
    }
    return pauses.length > 0 ? { retryIn: Math.min(...pauses) } : null;
  }

  /** Null when the containers after this one may start. */
  private async convergeInit(container: Container, started: boolean): Promise<Blocked | null> {
    const known = this.containers.get(container.name);
    if (isSidecar(container)) return known && !known.ended ? null : this.start(container);
    // ordinary init containers are done for good once a container has started
    if (started || known?.ended?.exitCode === 0) return null;
    if (known && !known.ended) return { retryIn: null };
    if (known && this.pod.spec.restartPolicy === 'Never') return { retryIn: null };
    return (await this.start(container)) ?? { retryIn: null };
  }

  private async start(container: Container): Promise<Blocked | null> {
    const { clock, puller, crashBackOff, events } = this.node;
    const { name, image = '' } = container;
    const known = this.containers.get(name);
    const crashKey = [this.pod.metadata.uid, name, image].join('_');
    if (known?.ended) {
      const left = crashBackOff.remainingSince(crashKey, known.ended.at, clock.now());
      if (left > 0) {
        const { namespace = '', name: pod, uid = '' } = this.pod.metadata;
        const seconds = formatSeconds(crashBackOff.pauseOf(crashKey));
        const message = `back-off ${seconds} restarting failed container=${name} pod=${pod}_${namespace}(${uid})`;
        this.reasons.set(name, { reason: 'CrashLoopBackOff', message });
        this.report(
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${name} in pod ${pod}_${namespace}(${uid})`,
          name,
        );
        return { retryIn: left };
      }
      crashBackOff.next(crashKey, known.ended.at);
    }
    const outcome = await puller.ensure({
      podUid: this.pod.metadata.uid ?? '',
      image,
      policy: container.imagePullPolicy ?? 'IfNotPresent',
      logins: () => pullLogins(this.node.client, this.pod),
      report: (type, reason, message) => {
        this.report(type, reason, message, name);
      },
      signal: this.terminating.signal,
    });
    if (this.terminating.signal.aborted) return { retryIn: 0 };
    if (outcome.is === 'waiting') {
      this.reasons.set(name, { reason: outcome.reason, message: outcome.message });
      this.report('Warning', 'Failed', `Error: ${outcome.reason}`, name);
      return { retryIn: outcome.retryIn };
    }
    const reported = reportedImage(outcome.image, image);
    const now = clock.now();
    const made = {
      from: image,
      image: reported.image,
      imageId: reported.imageId,
      id: `containerd://${randomBytes(32).toString('hex')}`,
      attempt: known ? known.attempt + 1 : 0,
      startedAt: now,
      before: known ? endState(known) : ({} as ContainerStateFields),
    };
    events.record(this.pod, 'Normal', 'Created', `Container created`, fieldPath(name));
    const behaviour = behaviourOf(container, outcome.image.content);
    if (behaviour.is === 'start-error') {
      const { message } = behaviour;
      const ended = { at: now, exitCode: 128, reason: 'StartError', message };
      this.containers.set(name, { ...made, startedAt: 0, ended });
      this.reasons.set(name, { reason: 'RunContainerError', message });
      this.report('Warning', 'Failed', `Error: ${message}`, name);
      return { retryIn: 0 };
    }
    this.containers.set(name, { ...made, ended: null });
    this.reasons.delete(name);
    events.record(this.pod, 'Normal', 'Started', `Container started`, fieldPath(name));
    if (behaviour.is === 'exits') {
      this.after(this.node.exitAfterMs, () => {
        this.exit(name, made.id, behaviour.exitCode);
      });
    }
    return null;
  }

  private exit(name: string, id: string, exitCode: number): void {
    const known = this.containers.get(name);
    if (!known || known.id !== id || known.ended) return;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.containers.set(name, { ...known, ended: { at: this.node.clock.now(), exitCode, reason } });
    this.look();
  }

  private async kill(container: Container, message: string): Promise<void> {
    this.report('Normal', 'Killing', message, container.name);
    await pause(this.node.clock, this.node.stopMs);
    const known = this.containers.get(container.name);
    if (!known || known.ended) return;
    const ended = { at: this.node.clock.now(), exitCode: 0, reason: 'Completed' };
    this.containers.set(container.name, { ...known, ended });
  }

  private async killAll(containers: readonly Container[]): Promise<void> {
    const running = containers.filter(({ name }) => this.containers.get(name)?.ended === null);
    await Promise.all(running.map((container) => this.kill(container, `Stopping container ${container.name}`)));
  }

  private async stopSidecars(): Promise<void> {
    await this.killAll(this.allContainers());
    await this.write();
  }

  private async terminate(): Promise<void> {
    await this.killAll(this.allContainers());
    this.reasons.clear();
    await this.write();
    const { uid } = this.pod.metadata;
    await this.node.client.delete(this.node.client.pathOf('pods', this.pod), {
      gracePeriodSeconds: 0,
      preconditions: { uid },
    });
    this.end();
  }

  private exceedDeadline(): void {
    if (this.isFinished()) return;
    this.failed = {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
    };
    this.terminating.abort();
    this.look();
  }

  private allContainers(): Container[] {
    return [...(this.pod.spec.initContainers ?? []), ...this.pod.spec.containers];
  }

  private isFinished(): boolean {
    return this.written?.phase === 'Succeeded' || this.written?.phase === 'Failed';
  }

  private async write(): Promise<void> {
    if (this.over) return;
    const view = {
      containers: this.containers,
      reasons: this.reasons,
      hostIP: this.node.hostIP,
      podIP: this.podIP,
      startTime: this.startTime,
      failed: this.failed,
    };
    const last = this.written ?? this.pod.status;
    const status = podStatus({ ...this.pod, ...(last && { status: last }) }, view, this.node.clock.now());
    if (sameJson(status, this.written)) return;
    const { client } = this.node;
    const { uid } = this.pod.metadata;
    const answer = await client.merge(client.pathOf('pods', this.pod, 'status'), { metadata: { uid }, status });
    if (answer.status < 300) this.written = status;
    else if (answer.status === 404) this.end();
  }

  private report(type: 'Normal' | 'Warning', reason: string, message: string, container: string): void {
    this.node.events.record(this.pod, type, reason, message, fieldPath(container));
  }
}

export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
}

function fieldPath(container: string): string {
  return `spec.containers{${container}}`;
}

/** As Go prints a duration: 10s, 1m20s, 300ms. */
function formatSeconds(ms: number): string {
  if (ms < 1000) return `${String(ms)}ms`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${String(seconds)}s` : `${String(Math.floor(seconds / 60))}m${String(seconds % 60)}s`;
}
