import { expect } from 'vitest';
import type { Pod, PodSpec } from '../../electron/demo/objects';
import type { Simulation } from '../../electron/demo/simulation';
import type { ApiConnection, ApiResponse } from '../../electron/kube/apiConnection';
import { eventually } from '../setup/eventually';

const pods = '/api/v1/namespaces/default/pods';
const image = 'nginx:1.25';

/** An event of a pod, of one of its containers or of its sandbox. */
export interface PodEvent {
  readonly reason: string;
  readonly message: string;
  readonly container?: string;
}

/** The pods of the namespace `default` of a simulated cluster. */
export class SimulatedPods {
  private readonly admin: ApiConnection;

  constructor(simulation: Simulation) {
    this.admin = simulation.apiFor('admin');
  }

  /** On node-1, with one container of nginx:1.25, where the spec does not say otherwise. */
  async create(name: string, spec: Partial<PodSpec>, metadata: object = {}): Promise<Pod> {
    const containers = [{ name: 'app', image }];
    const body = { metadata: { name, ...metadata }, spec: { nodeName: 'node-1', containers, ...spec } };
    const answer = await this.admin.request({ method: 'POST', path: pods, body });
    expect(answer).toMatchObject({ status: 201 });
    return answer.body as Pod;
  }

  async read(name: string): Promise<Pod> {
    return (await this.admin.request({ method: 'GET', path: `${pods}/${name}` })).body as Pod;
  }

  patch(name: string, body: unknown): Promise<ApiResponse> {
    const contentType = 'application/json-patch+json';
    return this.admin.request({ method: 'PATCH', path: `${pods}/${name}`, contentType, body });
  }

  /** Sets the namespace's annotation that keeps its pods from being healed, or takes it away. */
  async optOut(value: string | null): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const body = { metadata: { annotations: { 'pullthrough.dev/auto': value } } };
    const answer = await this.admin.request({ method: 'PATCH', path: '/api/v1/namespaces/default', contentType, body });
    expect(answer.status).toBe(200);
  }

  /** Until one of its containers waits for this reason. */
  async waiting(name: string, reason: string): Promise<void> {
    await eventually(async () =>
      (await this.read(name)).status?.containerStatuses?.some(({ state }) => state.waiting?.reason === reason),
    );
  }

  async running(name: string): Promise<void> {
    await eventually(async () => (await this.read(name)).status?.phase === 'Running');
  }

  /** A pod of a node that has no kubelet, whose container is in this state, and events of it. */
  async pretend(name: string, state: object, events: readonly PodEvent[]): Promise<void> {
    const pod = await this.create(name, { nodeName: 'elsewhere' });
    const never = { imageID: '', ready: false, started: false, restartCount: 0, lastState: {} };
    const status = { phase: 'Pending', containerStatuses: [{ name: 'app', image, state, ...never }] };
    const path = `${pods}/${name}/status`;
    const contentType = 'application/merge-patch+json';
    const written = await this.admin.request({ method: 'PATCH', path, contentType, body: { status } });
    expect(written.status).toBe(200);
    for (const [index, event] of events.entries()) await this.record(pod, `${name}.${String(index)}`, event);
  }

  private async record(pod: Pod, name: string, { reason, message, container }: PodEvent): Promise<void> {
    const time = new Date().toISOString().replace(/\.\d+/, '');
    const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
    const { name: podName, namespace, uid } = pod.metadata;
    const body = {
      metadata: { name },
      involvedObject: { kind: 'Pod', namespace, name: podName, uid, ...fieldPath },
      type: 'Warning',
      reason,
      message,
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      source: { component: 'kubelet' },
    };
    const path = '/api/v1/namespaces/default/events';
    expect((await this.admin.request({ method: 'POST', path, body })).status).toBe(201);
  }
}
