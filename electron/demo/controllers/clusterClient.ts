import type { Clock } from '../../engine/ports';
import type { ApiConnection, ApiResponse } from '../../kube/apiConnection';
import { Informer } from './informer';
import type { Fields, KubeObject } from '../objects';
import { UnexpectedAnswer } from './unexpectedAnswer';

/** Paths of the collections that the simulated controllers follow. */
export const paths = {
  nodes: '/api/v1/nodes',
  pods: '/api/v1/pods',
  deployments: '/apis/apps/v1/deployments',
  replicasets: '/apis/apps/v1/replicasets',
  jobs: '/apis/batch/v1/jobs',
  imagecaches: '/apis/kubefledged.io/v1alpha2/imagecaches',
  imagepulljobs: '/apis/apps.kruise.io/v1alpha1/imagepulljobs',
  nodeimages: '/apis/apps.kruise.io/v1alpha1/nodeimages',
} as const;

const kinds: Readonly<Record<keyof typeof paths, string>> = {
  nodes: 'Node',
  pods: 'Pod',
  deployments: 'Deployment',
  replicasets: 'ReplicaSet',
  jobs: 'Job',
  imagecaches: 'ImageCache',
  imagepulljobs: 'ImagePullJob',
  nodeimages: 'NodeImage',
};

/** How the simulated parts of a cluster talk to its API server: any API server, the real one too. */
export class ClusterClient {
  private readonly informers: { stop(): void }[] = [];

  constructor(
    readonly api: ApiConnection,
    readonly clock: Clock,
  ) {}

  /** A new informer of this collection, which ends with this client. */
  informer<T extends KubeObject>(resource: keyof typeof paths, fieldSelector?: string): Informer<T> {
    const made = new Informer<T>({
      api: this.api,
      clock: this.clock,
      path: paths[resource],
      kind: kinds[resource],
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
    this.informers.push(made);
    return made;
  }

  /** Path of one object of a collection. */
  pathOf(resource: keyof typeof paths, { metadata }: KubeObject, subresource = ''): string {
    const { namespace, name } = metadata;
    const collection = namespace ? inNamespace(paths[resource], namespace) : paths[resource];
    return `${collection}/${encodeURIComponent(name)}${subresource && `/${subresource}`}`;
  }

  /** The object, or null when there is none. */
  async get(path: string): Promise<KubeObject | null> {
    const { status, body } = await this.send({ method: 'GET', path }, [404]);
    return status === 404 ? null : (body as KubeObject);
  }

  /** The created object, or null when the server answered with one of `expected`. */
  async create(path: string, body: Fields, expected: readonly number[] = []): Promise<KubeObject | null> {
    const answer = await this.send({ method: 'POST', path, body }, expected);
    return answer.status < 300 ? (answer.body as KubeObject) : null;
  }

  /** A JSON merge patch. An object that is gone, or has changed under a version in the patch, is left alone. */
  async merge(path: string, body: Fields): Promise<ApiResponse> {
    return this.send({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' }, [404, 409]);
  }

  async delete(path: string, body?: Fields): Promise<void> {
    await this.send({ method: 'DELETE', path, ...(body && { body }) }, [404, 409]);
  }

  stop(): void {
    for (const informer of this.informers.splice(0)) informer.stop();
  }

  /** Throws UnexpectedAnswer for an error that is not in `expected`. */
  private async send(
    request: Parameters<ApiConnection['request']>[0],
    expected: readonly number[],
  ): Promise<ApiResponse> {
    const answer = await this.api.request(request);
    if (answer.status < 300 || expected.includes(answer.status)) return answer;
    throw new UnexpectedAnswer(`${request.method} ${request.path}`, answer.status, answer.body);
  }
}

/** `/api/v1/pods` -> `/api/v1/namespaces/NS/pods`. */
export function inNamespace(collection: string, namespace: string): string {
  const cut = collection.lastIndexOf('/');
  return `${collection.slice(0, cut)}/namespaces/${encodeURIComponent(namespace)}${collection.slice(cut)}`;
}
