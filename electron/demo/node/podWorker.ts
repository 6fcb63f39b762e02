import { NoAnswer } from '../../kube/apiConnection';
import type { Container, Pod, PodStatus } from '../objects';
import { sameJson } from '../objects';
import type { Blocked, NodeRuntime } from './podContainers';
import { PodContainers } from './podContainers';
import { isSidecar, podStatus, shouldRestart } from './podStatus';
import { UnexpectedAnswer } from '../controllers/unexpectedAnswer';

/**
 * Runs one pod as the kubelet's pod worker does: one pass after another, a pass that pulls blocks the next,
 * and a change of the pod in between is seen by the pass that follows.
 */
export class PodWorker {
  private readonly containers: PodContainers;
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
    this.containers = new PodContainers(
      node,
      () => this.pod,
      this.terminating.signal,
      () => {
        this.look();
      },
    );
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
    return this.containers.runs(image);
  }

  /** The pod is gone, or the kubelet stops: nothing is written any more. */
  end(): void {
    this.over = true;
    this.terminating.abort();
    this.cancelWake?.();
    this.containers.forget();
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
      const known = this.containers.known.get(container.name);
      if (!known || known.ended || known.from === container.image) continue;
      const kind = isSidecar(container) ? 'Init container' : 'Container';
      await this.containers.kill(container, `${kind} ${container.name} definition changed, will be restarted`);
      killed.add(container.name);
    }
    const started = spec.containers.some(({ name }) => this.containers.known.has(name));
    for (const container of spec.initContainers ?? []) {
      const blocked = await this.convergeInit(container, started);
      if (blocked) return blocked;
    }
    const policy = spec.restartPolicy ?? 'Always';
    const pauses: number[] = [];
    for (const container of spec.containers) {
      const known = this.containers.known.get(container.name);
      if (!killed.has(container.name) && !shouldRestart(known, policy)) continue;
      const blocked = await this.containers.start(container);
      if (typeof blocked?.retryIn === 'number') pauses.push(blocked.retryIn);
    }
    return pauses.length > 0 ? { retryIn: Math.min(...pauses) } : null;
  }

  /** Null when the containers after this one may start. */
  private async convergeInit(container: Container, started: boolean): Promise<Blocked | null> {
    const known = this.containers.known.get(container.name);
    if (isSidecar(container)) return known && !known.ended ? null : this.containers.start(container);
    // ordinary init containers are done for good once a container has started
    if (started || known?.ended?.exitCode === 0) return null;
    if (known && !known.ended) return { retryIn: null };
    if (known && this.pod.spec.restartPolicy === 'Never') return { retryIn: null };
    return (await this.containers.start(container)) ?? { retryIn: null };
  }

  private async stopSidecars(): Promise<void> {
    await this.containers.killAll();
    await this.write();
  }

  private async terminate(): Promise<void> {
    await this.containers.killAll();
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

  private isFinished(): boolean {
    return this.written?.phase === 'Succeeded' || this.written?.phase === 'Failed';
  }

  private async write(): Promise<void> {
    if (this.over) return;
    const view = {
      containers: this.containers.known,
      reasons: this.containers.reasons,
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
}

function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;
}
