import type { ApiConnection } from '../../electron/kube/apiConnection';
import type { Login } from '../cluster/testCluster';
import { eventually } from '../setup/eventually';

/** What the scenarios read of a pod. */
export interface TestPod {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: TestPodSpec & { readonly nodeName?: string };
  readonly status: {
    readonly phase: string;
    readonly containerStatuses?: readonly TestStatus[];
    readonly initContainerStatuses?: readonly TestStatus[];
  };
}
interface TestPodSpec {
  readonly containers: readonly { readonly name: string; readonly image: string }[];
  readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
}
interface TestStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: object;
  };
}

/** A container of a workload: an image, and whatever else the scenario is about. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy?: string;
}

export interface PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly restartPolicy?: string;
}

const mergePatch = 'application/merge-patch+json';
export const originals = 'pullthrough.dev/original-images';

/** What a scenario does to its cluster as an administrator, in a namespace of its own. */
export class Workloads {
  constructor(
    private readonly api: ApiConnection,
    readonly namespace: string,
  ) {}

  async createNamespace(annotations: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.post('/api/v1/namespaces', { metadata: { name: this.namespace, annotations } });
    // made a moment after the namespace, and no pod is let in before
    await eventually(() => this.get(`/api/v1/namespaces/${this.namespace}/serviceaccounts/default`));
  }

  async deployment(
    name: string,
    spec: PodSpec,
    annotations: Readonly<Record<string, string>> = {},
    replicas = 1,
  ): Promise<void> {
    await this.post(`/apis/apps/v1/namespaces/${this.namespace}/deployments`, {
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name }, annotations },
          spec: { terminationGracePeriodSeconds: 1, ...spec },
        },
      },
    });
  }

  async job(name: string, spec: PodSpec): Promise<void> {
    await this.post(`/apis/batch/v1/namespaces/${this.namespace}/jobs`, {
      metadata: { name },
      spec: {
        backoffLimit: 0,
        template: { metadata: { labels: { app: name } }, spec: { restartPolicy: 'Never', ...spec } },
      },
    });
  }

  async barePod(
    name: string,
    spec: PodSpec & { readonly nodeName?: string },
    annotations: Readonly<Record<string, string>> = {},
  ) {
    await this.post(`/api/v1/namespaces/${this.namespace}/pods`, {
      metadata: { name, labels: { app: name }, annotations },
      spec,
    });
  }

  async get(path: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.api.request({ method: 'GET', path });
    if (status !== 200) throw new Error(`GET ${path}: ${String(status)} ${JSON.stringify(body)}`);
    return body as Record<string, unknown>;
  }

  /** The pods of one workload that are not on their way out. */
  async pods(app: string): Promise<readonly TestPod[]> {
    const { body } = await this.api.request({
      method: 'GET',
      path: `/api/v1/namespaces/${this.namespace}/pods`,
      query: { labelSelector: `app=${app}` },
    });
    return (body as { items: TestPod[] }).items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  /** Waits until a pod of the workload is as wanted. */
  pod(app: string, wanted: (pod: TestPod) => boolean, limitMs = 45_000): Promise<TestPod> {
    return eventually(async () => (await this.pods(app)).find((pod) => wanted(pod)), limitMs);
  }

  async patchPod(name: string, patch: readonly object[]): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}`;
    const contentType = 'application/json-patch+json';
    const { status, body } = await this.api.request({ method: 'PATCH', path, contentType, body: patch });
    if (status !== 200) throw new Error(`PATCH ${path}: ${String(status)} ${JSON.stringify(body)}`);
  }

  /** What the kubelet says of the pod's container `app`, in its place. */
  async waits(name: string, reason: string, message?: string): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}/status`;
    const waiting = { reason, ...(message !== undefined && { message }) };
    const container = { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state: { waiting } };
    const body = { status: { phase: 'Pending', containerStatuses: [container] } };
    const { status } = await this.api.request({ method: 'PATCH', path, contentType: mergePatch, body });
    if (status !== 200) throw new Error(`PATCH ${path}: ${String(status)}`);
  }

  /** An event about the pod as a whole, as the kubelet sends them. */
  async tellEvent(pod: string, reason: string, message: string): Promise<void> {
    const { metadata } = (await this.get(`/api/v1/namespaces/${this.namespace}/pods/${pod}`)) as {
      metadata: { uid: string };
    };
    const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    await this.post(`/api/v1/namespaces/${this.namespace}/events`, {
      metadata: { name: `${pod}.${reason.toLowerCase()}` },
      involvedObject: { kind: 'Pod', apiVersion: 'v1', namespace: this.namespace, name: pod, uid: metadata.uid },
      reason,
      message,
      type: 'Warning',
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
      source: { component: 'kubelet' },
    });
  }

  async deletePod(name: string): Promise<void> {
    const path = `/api/v1/namespaces/${this.namespace}/pods/${name}`;
    await this.api.request({ method: 'DELETE', path, body: { gracePeriodSeconds: 1 } });
  }

  /** What `kubectl create secret docker-registry` makes, named on the service account of all pods that come. */
  async giveLogin(name: string, host: string, { username, password }: Login): Promise<void> {
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    const config = JSON.stringify({ auths: { [host]: { username, password, auth } } });
    await this.post(`/api/v1/namespaces/${this.namespace}/secrets`, {
      metadata: { name },
      type: 'kubernetes.io/dockerconfigjson',
      data: { '.dockerconfigjson': Buffer.from(config).toString('base64') },
    });
    const path = `/api/v1/namespaces/${this.namespace}/serviceaccounts/default`;
    const body = { imagePullSecrets: [{ name }] };
    const { status } = await this.api.request({ method: 'PATCH', path, contentType: mergePatch, body });
    if (status !== 200) throw new Error(`PATCH ${path}: ${String(status)}`);
    // what lets pods in learns of it a moment later
    const tried = { metadata: { name: 'tried' }, spec: { containers: [{ name: 'app', image: 'tried' }] } };
    await eventually(async () => {
      const { body: pod } = await this.api.request({
        method: 'POST',
        path: `/api/v1/namespaces/${this.namespace}/pods`,
        query: { dryRun: 'All' },
        body: tried,
      });
      const { spec } = pod as { spec?: { imagePullSecrets?: readonly { name: string }[] } };
      return spec?.imagePullSecrets?.some((secret) => secret.name === name);
    });
  }

  /** An ImageCache of somebody's, of one image on one node, in kube-fledged's namespace; gives its status once that is final. */
  async imageCache(name: string, image: string, node: string): Promise<string> {
    const { metadata } = (await this.get(`/api/v1/nodes/${node}`)) as {
      metadata: { labels: Readonly<Record<string, string>> };
    };
    const label = 'kubernetes.io/hostname';
    const nodeSelector = { [label]: metadata.labels[label] };
    const path = '/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches';
    await this.post(path, {
      apiVersion: 'kubefledged.io/v1alpha2',
      kind: 'ImageCache',
      metadata: { name },
      spec: { cacheSpec: [{ images: [image], nodeSelector }] },
    });
    return eventually(async () => {
      const { status } = (await this.get(`${path}/${name}`)) as { status?: { status?: string } };
      return status?.status !== undefined && status.status !== 'Processing' && status.status;
    }, 45_000);
  }

  /** The Jobs that kube-fledged has made for an ImageCache. */
  async jobsOf(cache: string): Promise<readonly string[]> {
    const query = { labelSelector: `imagecache=${cache}` };
    const { body } = await this.api.request({ method: 'GET', path: '/apis/batch/v1/jobs', query });
    return (body as { items: TestPod[] }).items.map(({ metadata }) => metadata.name);
  }

  /** Waits until the node's own list of images has this one: kubelets tell of theirs from time to time. */
  async nodeHas(node: string, image: string): Promise<void> {
    await eventually(async () => {
      const { status } = (await this.get(`/api/v1/nodes/${node}`)) as {
        status: { images?: { names?: string[] }[] };
      };
      return status.images?.some(({ names }) => names?.includes(image));
    }, 120_000);
  }

  /** The ImageCaches in the whole cluster. */
  async imageCaches(): Promise<readonly string[]> {
    const { items } = (await this.get('/apis/kubefledged.io/v1alpha2/imagecaches')) as {
      items: { metadata: { name: string } }[];
    };
    return items.map(({ metadata }) => metadata.name);
  }

  /** Our Jobs that give images their own names. */
  async retagJobs(namespace: string): Promise<readonly string[]> {
    return this.retagObjects(`/apis/batch/v1/namespaces/${namespace}/jobs`);
  }

  /** The pods of those Jobs. */
  async retagPods(namespace: string): Promise<readonly string[]> {
    return this.retagObjects(`/api/v1/namespaces/${namespace}/pods`);
  }

  private async retagObjects(path: string): Promise<readonly string[]> {
    const { body } = await this.api.request({ method: 'GET', path, query: { labelSelector: 'pullthrough.dev/retag' } });
    return (body as { items: TestPod[] }).items.map(({ metadata }) => metadata.name);
  }

  /** Our own pull pods in the whole cluster. */
  async pullPods(): Promise<readonly string[]> {
    const path = '/api/v1/pods';
    const query = { labelSelector: 'pullthrough.dev/pull-pod=true' };
    const { body } = await this.api.request({ method: 'GET', path, query });
    return (body as { items: TestPod[] }).items.map(({ metadata }) => metadata.name);
  }

  private async post(path: string, body: object): Promise<void> {
    const answer = await this.api.request({ method: 'POST', path, body });
    if (answer.status !== 201) throw new Error(`POST ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  }
}

/** Whether this container waits for its image, for one of these reasons. */
export function waitsForImage(
  pod: TestPod,
  container = 'app',
  reasons: readonly string[] = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull'],
): boolean {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return reasons.includes(statuses.find(({ name }) => name === container)?.state?.waiting?.reason ?? '');
}

export function runs(pod: TestPod): boolean {
  const statuses = pod.status.containerStatuses ?? [];
  return statuses.length > 0 && statuses.every(({ state }) => state?.running !== undefined);
}

export function image(pod: TestPod, container = 'app'): string | undefined {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === container)?.image;
}
