import type { ApiConnection } from '../../electron/kube/apiConnection';
import { list, send, type KubeObject } from './objects';
import { waitFor } from './waiting';

export interface ClearingOptions {
  /** For pods. 0 does not wait for a kubelet. */
  readonly graceSeconds: number;
  /** Whether controllers take finalizers away; without them, this does. */
  readonly controllers: boolean;
}

interface Collection {
  /** `/apis/apps/v1` */
  readonly base: string;
  readonly resource: string;
}

/** Theirs is the machinery's, and changes by itself. */
const systemNamespaces = ['kube-system', 'kube-public', 'kube-node-lease'];
/** Made by the machinery, or gone with the object that they belong to. */
const derived = ['events', 'endpoints', 'endpointslices', 'leases', 'controllerrevisions'];
/** Of kube-fledged's Deployment and its pods; comes and goes as tests stop and start kube-fledged. */
const fledgedItself = 'kubefledged-controller';
/** What these objects are among; nobody makes them in a namespace that is on its way out. */
const madeInNamespaces = ['serviceaccounts', 'configmaps', 'events'];
/** Made anew in every other namespace as soon as they are deleted. */
const perNamespace = ['serviceaccounts/default', 'configmaps/kube-root-ca.crt'];
/** Makers before what they make. */
const order = ['cronjobs', 'imagecaches', 'deployments', 'statefulsets', 'daemonsets', 'jobs', 'replicasets'];

/** A note of which objects a cluster has, to take away later what has come since. */
export class Baseline {
  static async take(api: ApiConnection, options: ClearingOptions): Promise<Baseline> {
    const collections = await namespacedCollections(api);
    const names = (await list(api, '/api/v1/namespaces')).map(({ metadata }) => metadata.name);
    const baseline = new Baseline(api, options, collections, new Set(names), new Set());
    for (const { collection, object } of await baseline.strangers()) baseline.known.add(keyOf(collection, object));
    return baseline;
  }

  private constructor(
    private readonly api: ApiConnection,
    private readonly options: ClearingOptions,
    private readonly collections: readonly Collection[],
    private readonly namespaces: ReadonlySet<string>,
    private readonly known: Set<string>,
  ) {}

  /** Deletes every object in every namespace, and every namespace, that was not there. Returns when all are gone. */
  async restore(): Promise<void> {
    const asked = new Set<string>();
    await waitFor('the end of all objects of the last test', 60_000, async () => {
      const strangers = await this.strangers();
      for (const stranger of strangers) await this.remove(stranger, asked);
      return strangers.length === 0;
    });
    await waitFor('the end of the namespaces of the last test', 60_000, async () => {
      const all = await list(this.api, '/api/v1/namespaces');
      const strange = all.filter(({ metadata }) => !this.namespaces.has(metadata.name));
      for (const namespace of strange) await this.removeNamespace(namespace);
      return strange.length === 0;
    });
    for (const name of this.namespaces) {
      await send(this.api, { method: 'DELETE', path: `/api/v1/namespaces/${name}/events` });
    }
  }

  private async strangers() {
    const found = await Promise.all(
      this.collections.map(async (collection) => {
        const path = `${collection.base}/${collection.resource}`;
        const body = await send(this.api, { method: 'GET', path }, [404]); // its definition may have been deleted
        const { items = [] } = body as { items?: readonly KubeObject[] };
        return items
          .map((object) => ({ collection, object }))
          .filter(({ object }) => this.isStrange(collection, object));
      }),
    );
    return found.flat();
  }

  private isStrange(collection: Collection, object: KubeObject): boolean {
    return (
      object.metadata.labels?.kubefledged !== fledgedItself &&
      !systemNamespaces.includes(object.metadata.namespace ?? '') &&
      !perNamespace.includes(`${collection.resource}/${object.metadata.name}`) &&
      !this.known.has(keyOf(collection, object))
    );
  }

  private async remove({ collection, object }: { collection: Collection; object: KubeObject }, asked: Set<string>) {
    const path = pathOf(collection, object);
    const body = { propagationPolicy: 'Background', gracePeriodSeconds: this.options.graceSeconds };
    if (!asked.has(path)) await send(this.api, { method: 'DELETE', path, body }, [404, 409]);
    else if (!this.options.controllers) await this.dropFinalizers(path);
    asked.add(path);
  }

  private async dropFinalizers(path: string): Promise<void> {
    const body = { metadata: { finalizers: null } };
    await send(this.api, { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' }, [404]);
  }

  /** At once: the controller that does the same, where there is one, first waits five seconds. */
  private async removeNamespace({ metadata }: KubeObject): Promise<void> {
    const path = `/api/v1/namespaces/${metadata.name}`;
    if (metadata.deletionTimestamp === undefined) await send(this.api, { method: 'DELETE', path }, [404, 409]);
    for (const resource of madeInNamespaces) await send(this.api, { method: 'DELETE', path: `${path}/${resource}` });
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: metadata.name }, spec: { finalizers: [] } };
    await send(this.api, { method: 'PUT', path: `${path}/finalize`, body }, [404, 409]);
  }
}

function keyOf(collection: Collection, { metadata }: KubeObject): string {
  return `${collection.resource}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function pathOf({ base, resource }: Collection, { metadata }: KubeObject): string {
  return `${base}/namespaces/${metadata.namespace ?? ''}/${resource}/${metadata.name}`;
}

async function namespacedCollections(api: ApiConnection): Promise<Collection[]> {
  const { groups } = (await send(api, { method: 'GET', path: '/apis' })) as {
    readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
  };
  const bases = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found = await Promise.all(
    bases.map(async (base) => {
      const { resources } = (await send(api, { method: 'GET', path: base })) as {
        readonly resources: readonly {
          readonly name: string;
          readonly namespaced: boolean;
          readonly verbs: string[];
        }[];
      };
      return resources
        .filter(({ namespaced, verbs }) => namespaced && verbs.includes('list') && verbs.includes('delete'))
        .filter(({ name }) => !derived.includes(name))
        .map(({ name }) => ({ base, resource: name }));
    }),
  );
  const rank = ({ resource }: Collection) => (order.includes(resource) ? order.indexOf(resource) : order.length);
  return found.flat().sort((one, other) => rank(one) - rank(other));
}
