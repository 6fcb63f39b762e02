import pLimit from 'p-limit';
import type { CoreV1EventList, V1Namespace, V1ObjectMeta, V1Pod } from '@kubernetes/client-node';
import { pathOf, refOf, resources, type KubeObject, type ObjectRef, type ResourceKind } from '../domain/kubeObject';
import { annotations, labels, type PodSnapshot } from '../domain/podSnapshot';
import { isReadFailure, type Forbidden } from '../domain/readFailure';
import type { JsonPatch } from '../domain/swap';
import type {
  Clock,
  Cluster,
  FailureEvent,
  Fledged,
  OurObject,
  PodEvent,
  PodPatched,
  PodWatch,
  ReadFailure,
  Unanswered,
  WatchedNamespaces,
  WriteOutcome,
} from '../engine/ports';
import { asNoAnswer, type ApiConnection, type ApiRequest, type ApiResponse } from './apiConnection';
import { failureEventsIn } from './failureEvents';
import { lists, pageSize } from './lists';
import { slimPod } from './podSlimming';
import { PodStream } from './podStream';
import { PodWatcher } from './podWatcher';
import { outcomeOf, statusMessage, writeOutcome } from './writeOutcome';

const fledgedApi = '/apis/kubefledged.io/v1alpha2';
const fledgedHome = 'kube-fledged';
/** Named in every write, so that `managedFields` tells who it was. */
const fieldManager = { fieldManager: 'pullthrough' };
/** Reads at one time: where everything fails at once, much is asked. */
const width = 8;
/** A write that hangs is worth less than one that is tried again. */
const silenceMs = 15_000;

/** One context's cluster over one connection pool. */
export class KubeCluster implements Cluster {
  private readonly limit = pLimit(width);

  constructor(
    private readonly connection: ApiConnection,
    private readonly clock: Clock,
    private readonly random: () => number,
    /** The context's own. */
    private readonly namespace: string,
  ) {}

  watchPods({ only, named }: WatchedNamespaces, listener: (event: PodEvent) => void): PodWatch {
    const { connection, clock, random } = this;
    const watcher = new PodWatcher(
      {
        clock,
        rights: {
          may: (verb, namespace) => this.mayI(verb, '', 'pods', namespace),
          namespaces: () => this.listNamespaces(),
        },
        stream: (namespace, heard) => new PodStream({ connection, clock, random }, namespace, heard),
        only,
        named: () => [...named(), this.namespace],
      },
      listener,
    );
    watcher.start();
    return watcher;
  }

  async readPod(namespace: string, name: string): Promise<PodSnapshot | null | Unanswered> {
    // a list of one instead of a get: whoever can watch may list, and needs no further right
    const answer = await this.read(`/api/v1/namespaces/${namespace}/pods`, { fieldSelector: `metadata.name=${name}` });
    if ('unanswered' in answer) return answer;
    if (answer.status !== 200) return refused(answer);
    const [pod] = (answer.body as { items?: V1Pod[] | null }).items ?? [];
    return pod ? slimPod(pod) : null;
  }

  async failureEvents(namespace: string, podUid: string): Promise<readonly FailureEvent[] | Unanswered> {
    const fieldSelector = `involvedObject.uid=${podUid},type=Warning`;
    const answer = await this.readPage(`/api/v1/namespaces/${namespace}/events`, { fieldSelector });
    if ('unanswered' in answer) return answer;
    return answer.status === 200 ? failureEventsIn(answer.body as CoreV1EventList) : refused(answer);
  }

  async patchPod(namespace: string, name: string, patch: JsonPatch): Promise<WriteOutcome | PodPatched> {
    try {
      const answer = await this.connection.request({
        method: 'PATCH',
        path: `/api/v1/namespaces/${namespace}/pods/${name}`,
        query: fieldManager,
        contentType: 'application/json-patch+json',
        body: patch,
        silenceMs,
      });
      return answer.status === 200 ? { is: 'done', pod: slimPod(answer.body as V1Pod) } : writeOutcome(answer);
    } catch (error) {
      return { is: 'unavailable', detail: asNoAnswer(error).message };
    }
  }

  createObject(object: KubeObject): Promise<WriteOutcome> {
    const path = pathOf({ ...refOf(object), name: '' });
    return this.write({ method: 'POST', path, query: fieldManager, body: object });
  }

  patchObject(object: ObjectRef, patch: object): Promise<WriteOutcome> {
    const contentType = 'application/merge-patch+json';
    return this.write({ method: 'PATCH', path: pathOf(object), query: fieldManager, contentType, body: patch });
  }

  deleteObject(object: ObjectRef, uid: string | null): Promise<WriteOutcome> {
    const body = {
      propagationPolicy: 'Background',
      // nothing of what a pull pod runs has to be waited for
      ...(object.kind === 'Pod' && { gracePeriodSeconds: 0 }),
      ...(uid !== null && { preconditions: { uid } }),
    };
    return this.write({ method: 'DELETE', path: pathOf(object), body });
  }

  async readObject(object: ObjectRef): Promise<KubeObject | null | ReadFailure> {
    const answer = await this.read(pathOf(object));
    if ('unanswered' in answer) return answer;
    if (answer.status === 404) return null;
    return answer.status === 200 ? (answer.body as KubeObject) : readFailure(answer);
  }

  async listObjects(
    kind: ResourceKind,
    namespace: string,
    labelSelector: string,
    keep: (object: KubeObject) => boolean = () => true,
  ): Promise<readonly KubeObject[] | ReadFailure> {
    const { apiVersion } = resources[kind];
    const path = pathOf({ apiVersion, kind, namespace, name: '' });
    const found: KubeObject[] = [];
    let next = '';
    do {
      const selected = labelSelector === '' ? {} : { labelSelector };
      const answer = await this.readPage(path, selected, next);
      if ('unanswered' in answer) return answer;
      if (answer.status === 404) return [];
      if (answer.status !== 200) return readFailure(answer);
      const { items, metadata } = answer.body as { items?: KubeObject[] | null; metadata?: { continue?: string } };
      // the items of a list do not say what they are
      for (const item of items ?? []) if (keep(item)) found.push({ ...item, apiVersion, kind });
      next = metadata?.continue ?? '';
    } while (next !== '');
    return found;
  }

  async listPods(namespace: string, labelSelector: string): Promise<readonly PodSnapshot[] | ReadFailure> {
    const pods = await this.listObjects('Pod', namespace, labelSelector);
    return isReadFailure(pods) ? pods : pods.map((pod) => slimPod(pod as object));
  }

  async servedVersions(group: string): Promise<readonly string[] | ReadFailure> {
    const answer = await this.read(`/apis/${group}`);
    if ('unanswered' in answer) return answer;
    if (answer.status === 404) return [];
    if (answer.status !== 200) return readFailure(answer);
    const { versions } = answer.body as { versions?: { version: string }[] };
    return (versions ?? []).map(({ version }) => version);
  }

  async serverVersion(): Promise<string | ReadFailure> {
    const answer = await this.read('/version');
    if ('unanswered' in answer) return answer;
    return answer.status === 200 ? (answer.body as { gitVersion: string }).gitVersion : readFailure(answer);
  }

  async listOurs(fledgedNamespace: string): Promise<readonly OurObject[] | Unanswered> {
    const ours = `${labels.managedBy}=${labels.managedByValue}`;
    const caches = await this.listObjects('ImageCache', fledgedNamespace, ours);
    if ('unanswered' in caches) return caches;
    const pods = await this.listObjects('Pod', '', `${ours},${labels.pullPod}=true`);
    if ('unanswered' in pods) return pods;
    // in the namespaces of workloads; where OpenKruise is not there, there are none
    const jobs = await this.listObjects('ImagePullJob', '', ours);
    if ('unanswered' in jobs) return jobs;
    return [
      ...ourObjects(caches, 'image-cache'),
      ...ourObjects(jobs, 'image-pull-job'),
      ...ourObjects(pods, 'pull-pod'),
    ];
  }

  /**
   * kube-fledged is there when its API is served and the namespace of its ImageCaches is known: the one given,
   * else where its controller runs, else the one it is installed to by default.
   */
  async findFledged(override: string): Promise<Fledged> {
    const api = await this.read(fledgedApi);
    const namespace = override === '' ? fledgedHome : override;
    if ('unanswered' in api) return { status: 'unknown', namespace };
    if (api.status === 403) return { status: 'denied', namespace };
    if (api.status === 404) return { status: 'absent', namespace };
    if (api.status !== 200) return { status: 'unknown', namespace };
    if (override !== '') return { status: await this.creatableCaches(namespace), namespace };
    const deployments = await this.readPage('/apis/apps/v1/deployments', { labelSelector: 'app=kubefledged' });
    const found =
      'unanswered' in deployments || deployments.status !== 200
        ? undefined
        : itemsOf(deployments).find(({ name }) => name?.includes('controller'))?.namespace;
    const home = found ?? fledgedHome;
    return { status: await this.creatableCaches(home), namespace: home };
  }

  async namespaceOptedOut(namespace: string): Promise<boolean | Unanswered> {
    const answer = await this.read(`/api/v1/namespaces/${namespace}`);
    if ('unanswered' in answer) return answer;
    if (answer.status === 403 || answer.status === 404) return false;
    if (answer.status !== 200) return refused(answer);
    return (answer.body as V1Namespace).metadata?.annotations?.[annotations.auto] === 'false';
  }

  /** Null where they may not be listed. */
  private async listNamespaces(): Promise<readonly string[] | null | Unanswered> {
    const names: string[] = [];
    let next = '';
    do {
      const answer = await this.readPage('/api/v1/namespaces', {}, next);
      if ('unanswered' in answer) return answer;
      if (answer.status === 403) return null;
      if (answer.status !== 200) return refused(answer);
      names.push(...itemsOf(answer).flatMap(({ name }) => name ?? []));
      next = (answer.body as { metadata?: { continue?: string } }).metadata?.continue ?? '';
    } while (next !== '');
    return names;
  }

  async mayI(verb: string, group: string, resource: string, namespace: string): Promise<boolean | Unanswered> {
    try {
      const answer = await this.connection.request({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb, group, resource, namespace } },
        },
        silenceMs,
      });
      const { status } = answer.body as { status?: { allowed?: boolean } };
      return answer.status === 201 ? status?.allowed === true : refused(answer);
    } catch (error) {
      return { unanswered: asNoAnswer(error).message };
    }
  }

  close(): void {
    this.connection.close();
  }

  private async creatableCaches(namespace: string): Promise<Fledged['status']> {
    const allowed = await this.mayI('create', 'kubefledged.io', 'imagecaches', namespace);
    if (typeof allowed !== 'boolean') return 'unknown';
    return allowed ? 'present' : 'denied';
  }

  private write(request: ApiRequest): Promise<WriteOutcome> {
    return outcomeOf(() => this.connection.request({ ...request, silenceMs }));
  }

  /** `next`: the token of the page before. */
  private readPage(
    path: string,
    selected: Readonly<Record<string, string>>,
    next = '',
  ): Promise<ApiResponse | Unanswered> {
    const query = { ...selected, limit: String(pageSize), ...(next !== '' && { continue: next }) };
    return lists(() => this.read(path, query));
  }

  private async read(path: string, query: Record<string, string> = {}): Promise<ApiResponse | Unanswered> {
    try {
      return await this.limit(() => this.connection.request({ method: 'GET', path, query, silenceMs }));
    } catch (error) {
      return { unanswered: asNoAnswer(error).message };
    }
  }
}

function refused({ status, body }: ApiResponse): Unanswered {
  return { unanswered: statusMessage(status, body) };
}

function readFailure(answer: ApiResponse): ReadFailure {
  return answer.status === 403 ? { forbidden: statusMessage(answer.status, answer.body) } : refused(answer);
}

function itemsOf({ body }: ApiResponse): readonly V1ObjectMeta[] {
  const { items } = body as { items?: { metadata: V1ObjectMeta }[] | null };
  return (items ?? []).map(({ metadata }) => metadata);
}

/** None where they may not be listed. */
function ourObjects(found: readonly KubeObject[] | Forbidden, kind: OurObject['kind']): readonly OurObject[] {
  if (isReadFailure(found)) return [];
  return found.map(({ metadata: { namespace = '', name, creationTimestamp } }) => ({
    kind,
    namespace,
    name,
    createdAt: creationTimestamp === undefined ? 0 : new Date(creationTimestamp).getTime(),
  }));
}
