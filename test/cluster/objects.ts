import type { ApiConnection, ApiRequest } from '../../electron/kube/apiConnection';

/** As much of any Kubernetes object as the clusters look at. */
export interface KubeObject extends Readonly<Record<string, unknown>> {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

/**
 * The body of the answer to one request.
 * @throws Error that names the request, unless the answer is 2xx or one of `accepted`
 */
export async function send(
  api: ApiConnection,
  request: ApiRequest,
  accepted: readonly number[] = [],
): Promise<unknown> {
  const { status, body } = await api.request(request);
  if ((status >= 200 && status < 300) || accepted.includes(status)) return body;
  throw new Error(`${request.method} ${request.path}: ${String(status)} ${JSON.stringify(body)}`);
}

/** Makes an object, or makes an existing one have these fields again. `path` is that of its collection. */
export async function apply(api: ApiConnection, path: string, object: KubeObject): Promise<void> {
  await send(api, {
    method: 'PATCH',
    path: `${path}/${object.metadata.name}`,
    query: { fieldManager: 'test-cluster', force: 'true' },
    body: object,
    contentType: 'application/apply-patch+yaml', // JSON is YAML too
  });
}

/** The objects of a collection. */
export async function list(api: ApiConnection, path: string): Promise<readonly KubeObject[]> {
  const body = await send(api, { method: 'GET', path });
  return (body as { readonly items?: readonly KubeObject[] }).items ?? [];
}
