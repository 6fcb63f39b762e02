import { randomBytes } from 'node:crypto';
import type { Clock } from '../../engine/ports';
import type { BackOff } from '../controllers/backOff';
import type { ClusterClient } from '../controllers/clusterClient';
import { behaviourOf } from './containerBehaviour';
import type { EventRecorder } from '../controllers/eventRecorder';
import type { HostClient } from './hostClient';
import type { ImagePuller } from './imagePuller';
import { reportedImage } from './imageStore';
import type { Container, ContainerStateFields, Pod } from '../objects';
import { pause } from '../controllers/pause';
import type { RuntimeContainer } from './podStatus';
import { endState } from './podStatus';
import { pullLogins } from './pullSecrets';

/** What all pods of a node share. */
export interface NodeRuntime {
  readonly client: ClusterClient;
  readonly clock: Clock;
  readonly puller: ImagePuller;
  /** For containers that work with the node's own programs. */
  readonly hostClient: HostClient;
  readonly crashBackOff: BackOff;
  readonly events: EventRecorder;
  readonly hostIP: string;
  /** Milliseconds that a container takes to stop, and that one which exits by itself runs. */
  readonly stopMs: number;
  readonly exitAfterMs: number;
}

/** Why the work on a container stopped for now, and when to look again; null = when something happens. */
export interface Blocked {
  readonly retryIn: number | null;
}

/** The containers of one pod in the runtime. */
export class PodContainers {
  /** The newest container of each name. */
  readonly known = new Map<string, RuntimeContainer>();
  /** Why the start of a container failed last. */
  readonly reasons = new Map<string, { reason: string; message: string }>();
  private readonly timers = new Set<() => void>();

  constructor(
    private readonly node: NodeRuntime,
    private readonly pod: () => Pod,
    /** Aborted when the pod is to end: a pull is given up then. */
    private readonly signal: AbortSignal,
    private readonly onExit: () => void,
  ) {}

  /** Whether a container runs that was made from this image text. */
  runs(image: string): boolean {
    return [...this.known.values()].some(({ from, ended }) => from === image && !ended);
  }

  /** Nothing is reported any more. */
  forget(): void {
    for (const cancel of this.timers) cancel();
  }

  /** Starts the container, or says why that has to wait: its crashes, its image. */
  async start(container: Container): Promise<Blocked | null> {
    const { clock, puller, crashBackOff, events } = this.node;
    const { name, image = '' } = container;
    const pod = this.pod();
    const known = this.known.get(name);
    const crashKey = [pod.metadata.uid, name, image].join('_');
    if (known?.ended) {
      const left = crashBackOff.remainingSince(crashKey, known.ended.at, clock.now());
      if (left > 0) {
        const { namespace = '', name: podName, uid = '' } = pod.metadata;
        const seconds = formatSeconds(crashBackOff.pauseOf(crashKey));
        const message = `back-off ${seconds} restarting failed container=${name} pod=${podName}_${namespace}(${uid})`;
        this.reasons.set(name, { reason: 'CrashLoopBackOff', message });
        this.report(
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`,
          name,
        );
        return { retryIn: left };
      }
      crashBackOff.next(crashKey, known.ended.at);
    }
    const outcome = await puller.ensure({
      podUid: pod.metadata.uid ?? '',
      image,
      policy: container.imagePullPolicy ?? 'IfNotPresent',
      logins: () => pullLogins(this.node.client, pod),
      report: (type, reason, message) => {
        this.report(type, reason, message, name);
      },
      signal: this.signal,
    });
    if (this.signal.aborted) return { retryIn: 0 };
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
    events.record(pod, 'Normal', 'Created', `Container created`, fieldPath(name));
    const behaviour = behaviourOf(container, outcome.image.content);
    if (behaviour.is === 'start-error') {
      const { message } = behaviour;
      const ended = { at: now, exitCode: 128, reason: 'StartError', message };
      this.known.set(name, { ...made, startedAt: 0, ended });
      this.reasons.set(name, { reason: 'RunContainerError', message });
      this.report('Warning', 'Failed', `Error: ${message}`, name);
      return { retryIn: 0 };
    }
    this.known.set(name, { ...made, ended: null });
    this.reasons.delete(name);
    events.record(pod, 'Normal', 'Started', `Container started`, fieldPath(name));
    const work = this.node.hostClient.run(pod, container, this.signal);
    if (work) {
      void work.then(({ exitCode, message }) => {
        if (!this.signal.aborted) this.exit(name, made.id, exitCode, message);
      });
    } else if (behaviour.is === 'exits') {
      const cancel = clock.after(this.node.exitAfterMs, () => {
        this.timers.delete(cancel);
        this.exit(name, made.id, behaviour.exitCode);
      });
      this.timers.add(cancel);
    }
    return null;
  }

  private exit(name: string, id: string, exitCode: number, message = ''): void {
    const known = this.known.get(name);
    if (!known || known.id !== id || known.ended) return;
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    // as with FallbackToLogsOnError
    const said = exitCode !== 0 && message !== '' ? { message } : {};
    this.known.set(name, { ...known, ended: { at: this.node.clock.now(), exitCode, reason, ...said } });
    this.onExit();
  }

  /** Ends the container gracefully, if it runs. */
  async kill(container: Container, message: string): Promise<void> {
    this.report('Normal', 'Killing', message, container.name);
    await pause(this.node.clock, this.node.stopMs);
    const known = this.known.get(container.name);
    if (!known || known.ended) return;
    const ended = { at: this.node.clock.now(), exitCode: 0, reason: 'Completed' };
    this.known.set(container.name, { ...known, ended });
  }

  async killAll(): Promise<void> {
    const { spec } = this.pod();
    const running = [...(spec.initContainers ?? []), ...spec.containers].filter(
      ({ name }) => this.known.get(name)?.ended === null,
    );
    await Promise.all(running.map((container) => this.kill(container, `Stopping container ${container.name}`)));
  }

  private report(type: 'Normal' | 'Warning', reason: string, message: string, container: string): void {
    this.node.events.record(this.pod(), type, reason, message, fieldPath(container));
  }
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
