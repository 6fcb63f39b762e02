import { expect } from 'vitest';
import type { ContainerStatus, KubeObject, Pod } from '../../electron/demo/objects';
import { patchTypes } from '../../electron/demo/apiServer/patch';
import type { ImageStore } from '../../electron/demo/node/imageStore';
import type { Machinery, MachineryOptions } from '../../electron/demo/machinery';
import { startMachinery } from '../../electron/demo/machinery';
import { RegistryWorld } from '../../electron/demo/node/registryWorld';
import { machineClock } from '../../electron/engine/machineClock';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { eventually } from '../setup/eventually';

const pods = '/api/v1/namespaces/default/pods';

/** An API server with nobody behind it, which the simulated nodes and controllers are clients of. */
export interface NodesServer {
  apiFor(user: string): ApiConnection;
  stop(): Promise<void>;
}

export type NodesOptions = Partial<Omit<MachineryOptions, 'registries'>>;

/** Simulated nodes on some API server, and what their tests do with them. */
export class TestNodes {
  /** One node without kube-fledged, unless the options say otherwise. */
  static async start(startServer: () => Promise<NodesServer>, options: NodesOptions = {}): Promise<TestNodes> {
    const server = await startServer();
    const registries = new RegistryWorld();
    const machinery = await startMachinery((user) => server.apiFor(user), {
      nodes: [{ name: 'node-1', hostname: 'host-1' }],
      fledged: false,
      clock: machineClock,
      ...options,
      registries,
      timings: {
        backOffMs: 200,
        maxBackOffMs: 2000,
        stopMs: 10,
        exitAfterMs: 10,
        imageStatusMs: 20,
        ...options.timings,
      },
    });
    return new TestNodes(server, machinery, registries, server.apiFor('admin'));
  }

  private constructor(
    private readonly server: NodesServer,
    readonly machinery: Machinery,
    readonly registries: RegistryWorld,
    readonly api: ApiConnection,
  ) {}

  /** Of the first node. */
  get images(): ImageStore {
    const [kubelet] = this.machinery.kubelets;
    if (!kubelet) throw new Error('no node');
    return kubelet.images;
  }

  async create(name: string, spec: object, metadata: object = {}): Promise<Pod> {
    const { status, body } = await this.api.request({
      method: 'POST',
      path: pods,
      body: { metadata: { name, ...metadata }, spec },
    });
    expect(status, JSON.stringify(body)).toBe(201);
    return body as Pod;
  }

  /** A pod of one container `app` with this image. */
  run(name: string, image: string, spec: object = {}): Promise<Pod> {
    return this.create(name, { containers: [{ name: 'app', image }], ...spec });
  }

  async get(name: string): Promise<Pod | null> {
    const { status, body } = await this.api.request({ method: 'GET', path: `${pods}/${name}` });
    return status === 200 ? (body as Pod) : null;
  }

  /** The pod, as soon as it is so. */
  async pod(name: string, isSo: (pod: Pod) => boolean): Promise<Pod> {
    return eventually(async () => {
      const pod = await this.get(name);
      if (pod && isSo(pod)) return pod;
      throw new Error(JSON.stringify(pod?.status));
    });
  }

  running(name: string): Promise<Pod> {
    return this.pod(name, (pod) => pod.status?.phase === 'Running' && containers(pod).every(({ ready }) => ready));
  }

  /** The status of a container, as soon as it waits for this reason. */
  async waiting(name: string, reason: string, container = 'app'): Promise<ContainerStatus> {
    const pod = await this.pod(name, (one) => statusOf(one, container).state.waiting?.reason === reason);
    return statusOf(pod, container);
  }

  async setImage(name: string, image: string, path = '/spec/containers/0/image'): Promise<void> {
    const body = [{ op: 'replace', path, value: image }];
    const { status } = await this.api.request({
      method: 'PATCH',
      path: `${pods}/${name}`,
      contentType: patchTypes.json,
      body,
    });
    expect(status).toBe(200);
  }

  async delete(name: string, body?: object): Promise<void> {
    await this.api.request({ method: 'DELETE', path: `${pods}/${name}`, ...(body && { body }) });
  }

  /** Messages of the events about a pod, with their reason. */
  async events(name: string): Promise<string[]> {
    const query = { fieldSelector: `involvedObject.name=${name}` };
    const { body } = await this.api.request({ method: 'GET', path: '/api/v1/namespaces/default/events', query });
    const { items } = body as { items: (KubeObject & { reason: string; message: string })[] };
    return items.map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** Waits until one of them is this one: a node goes on with its pod while the event is on its way. */
  async told(name: string, event: string): Promise<void> {
    await eventually(async () => {
      const events = await this.events(name);
      if (events.includes(event)) return true;
      throw new Error(events.join('; '));
    });
  }

  async stop(): Promise<void> {
    await this.machinery.stop();
    await this.server.stop();
  }
}

function containers(pod: Pod): readonly ContainerStatus[] {
  return pod.status?.containerStatuses ?? [];
}

export function statusOf(pod: Pod, container = 'app'): ContainerStatus {
  const all = [...containers(pod), ...(pod.status?.initContainerStatuses ?? [])];
  const found = all.find(({ name }) => name === container);
  if (!found) throw new Error(`no status of ${container} yet`);
  return found;
}
