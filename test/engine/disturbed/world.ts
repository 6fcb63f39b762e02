import type { KubeletTimings } from '../../../electron/demo/node/kubelet';
import { startSimulatedCluster, type SimulatedCluster } from '../../cluster/simulation';
import { image, originals, Workloads, type ContainerSpec, type TestPod } from '../../scenarios/workloads';
import { TurnableClock } from '../../setup/turnableClock';

/** How much faster than a real cluster everything is. */
const times = 15;

const timings: KubeletTimings = {
  backOffMs: 10_000,
  maxBackOffMs: 300_000,
  stopMs: 250,
  exitAfterMs: 250,
  imageStatusMs: 1_000,
};

/** How a story left its cluster. */
export interface Ending {
  /** What its pods carry and do. */
  readonly pods: readonly string[];
  readonly restarts: number;
  /** The nodes that have the mirror's image. */
  readonly nodes: readonly string[];
  /** ImageCaches, Jobs and pull pods. */
  readonly leftovers: readonly string[];
}

const writes = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const ours = 'pullthrough-';
const pathOf = {
  Pod: '/api/v1/pods',
  Job: '/apis/batch/v1/jobs',
  ImageCache: '/apis/kubefledged.io/v1alpha2/imagecaches',
};

/** A simulated cluster on which one story is told again and again, each time with an image and a namespace of its own. */
export class World {
  private told = 1000;

  private constructor(
    readonly cluster: SimulatedCluster,
    readonly clock: TurnableClock,
  ) {}

  static async create({ fledged = true }: { readonly fledged?: boolean } = {}): Promise<World> {
    const clock = new TurnableClock(times);
    const cluster = await startSimulatedCluster({ clock, timings });
    if (!fledged) await cluster.fledged.stop();
    return new World(cluster, clock);
  }

  /** Of the story that is being told. No image's name is a part of another one's: kube-fledged would take it for that. */
  get image(): string {
    return `web:${String(this.told)}`;
  }

  get shop(): Workloads {
    return new Workloads(this.cluster.api, `shop-${String(this.told)}`);
  }

  proxied(mirror: 'first' | 'second'): string {
    return `${this.cluster.mirrors[mirror]}/docker.io/library/${this.image}`;
  }

  async begin(): Promise<void> {
    this.told += 1;
    await this.cluster.registries.blockOrigin();
    this.cluster.simulation.audit.clear();
    await this.shop.createNamespace();
  }

  /** A pod as a person made it. */
  failingPod(node: string): Promise<void> {
    return this.shop.barePod(`web-${node}`, { nodeName: node, containers: [{ name: 'app', image: this.image }] });
  }

  /** A pod as a rescue of some other day has left it. */
  swappedPod(node: string, others: readonly ContainerSpec[] = [], restartPolicy = 'Always'): Promise<void> {
    const containers = [{ name: 'app', image: this.proxied('first') }, ...others];
    const annotations = { [originals]: JSON.stringify({ app: this.image }) };
    return this.shop.barePod(`web-${node}`, { nodeName: node, restartPolicy, containers }, annotations);
  }

  /** Its node collects the original as garbage, and docker.io is gone again. */
  async loseOriginal(): Promise<void> {
    await this.cluster.registries.blockOrigin();
    for (const kubelet of this.cluster.simulation.kubelets) kubelet.collectImage(this.image);
  }

  /** What the app asked the API server to change, in order. */
  get written(): readonly string[] {
    return this.cluster.simulation.audit
      .of('app')
      .filter(({ verb, resource }) => writes.has(verb) && !resource.startsWith('selfsubject'))
      .map(({ verb, resource, name, code }) => `${verb} ${resource} ${name} ${String(code)}`);
  }

  /** Pod -> the images that the app gave it, in order. */
  get imagesGiven(): ReadonlyMap<string, readonly string[]> {
    const given = new Map<string, readonly string[]>();
    for (const { verb, resource, name, code, body } of this.cluster.simulation.audit.of('app')) {
      if (verb !== 'patch' || resource !== 'pods' || code !== 200 || !Array.isArray(body)) continue;
      const images = (body as { op: string; path: string; value?: unknown }[])
        .filter(({ op, path }) => op === 'replace' && path.endsWith('/image'))
        .map(({ value }) => String(value));
      given.set(name, [...(given.get(name) ?? []), ...images]);
    }
    return given;
  }

  async ending(): Promise<Ending> {
    const pods = await this.list('Pod');
    const workload = pods.filter(
      ({ metadata: { namespace, name } }) => namespace === this.shop.namespace && !name.startsWith(ours),
    );
    const own = pods.filter(({ metadata }) => metadata.name.startsWith(ours));
    const [jobs, caches] = await Promise.all([this.list('Job'), this.list('ImageCache')]);
    const named = (kind: string, found: readonly TestPod[]) => found.map(({ metadata }) => `${kind} ${metadata.name}`);
    return {
      pods: workload.map((pod) => this.described(pod)).sort(),
      restarts: workload.reduce((sum, { status }) => sum + (status.containerStatuses?.[0]?.restartCount ?? 0), 0),
      nodes: this.cluster.simulation.kubelets
        .filter(({ images }) => images.nodeImages().some(({ names }) => names.includes(this.proxied('first'))))
        .map(({ name }) => name),
      leftovers: [...named('Pod', own), ...named('Job', jobs), ...named('ImageCache', caches)],
    };
  }

  /** Takes away what the story was told with. */
  async end(): Promise<void> {
    const { namespace } = this.shop;
    const body = { gracePeriodSeconds: 0 };
    for (const path of [
      '/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches',
      '/apis/batch/v1/namespaces/kube-fledged/jobs',
      '/apis/batch/v1/namespaces/kube-system/jobs',
      `/api/v1/namespaces/${namespace}/pods`,
      `/api/v1/namespaces/${namespace}`,
    ])
      await this.cluster.api.request({ method: 'DELETE', path, body });
  }

  private described(pod: TestPod): string {
    const { metadata, status } = pod;
    const state = status.containerStatuses?.[0]?.state;
    const does = state?.running ? 'runs' : state?.waiting ? 'waits' : 'has ended';
    const annotation = metadata.annotations?.[originals] ?? 'no annotation';
    // without what differs from telling to telling
    return [metadata.name, image(pod), annotation, does].join(' | ').replaceAll(String(this.told), 'N');
  }

  private async list(kind: keyof typeof pathOf): Promise<readonly TestPod[]> {
    const { status, body } = await this.cluster.api.request({ method: 'GET', path: pathOf[kind] });
    return status === 200 ? (body as { items: TestPod[] }).items : [];
  }
}
