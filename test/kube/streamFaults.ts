import * as fc from 'fast-check';
import type { Clock, PodEvent } from '../../electron/engine/ports';
import { everything } from '../../electron/demo/apiServer/authorization';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import type { FaultyRequest, InjectedAnswer } from '../../electron/demo/apiServer/faults';
import { machineClock } from '../../electron/engine/machineClock';
import type { ApiConnection, ApiRequest } from '../../electron/kube/apiConnection';
import { PodStream } from '../../electron/kube/podStream';
import { streamLimits } from '../../electron/kube/streamPauses';
import { eventually } from '../setup/eventually';
import { hurriedClock } from '../setup/hurriedClock';

/** What happens to pods, and to those who watch them. */
type Step =
  | { readonly do: 'create' | 'change' | 'delete'; readonly pod: number }
  | { readonly do: 'answer'; readonly times: number; readonly with: InjectedAnswer }
  | { readonly do: 'cut'; readonly bytes: number }
  /**
   * Everything is listed again, and so many of the pages that a list goes on with wait for longer than the server keeps
   * its beginning; meanwhile pods go, from this one on downwards.
   */
  | { readonly do: 'expire'; readonly pages: number; readonly pod: number }
  | { readonly do: 'noise'; readonly noise: 'duplicates' | 'unknown types' | null }
  /** A proxy without protobuf stands between, or does no more. */
  | { readonly do: 'form'; readonly onlyJson: boolean }
  /** Somebody sets the computer's clock, by so many milliseconds. */
  | { readonly do: 'clock'; readonly by: number }
  | { readonly do: 'reset' | 'compact' | 'freeze' | 'thaw' | 'wake' };

const errors: fc.Arbitrary<InjectedAnswer> = fc.constantFrom<InjectedAnswer>(
  { status: 401 },
  { status: 403, message: 'pods is forbidden: User "app" cannot list resource "pods"' },
  { status: 410, reason: 'Expired' },
  { status: 429, retryAfter: 1 },
  { status: 500 },
  { status: 503, message: 'etcd is away' },
  { status: 504, message: 'Too large resource version', retryAfter: 1 },
);
const pods = 6;
const pod = fc.integer({ min: 0, max: pods - 1 });

const steps: fc.Arbitrary<readonly Step[]> = fc.array<Step>(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constantFrom(...(['create', 'change', 'delete'] as const)), pod }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('answer' as const), times: fc.integer({ min: 1, max: 3 }), with: errors }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), bytes: fc.integer({ min: 0, max: 4000 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('expire' as const), pages: fc.integer({ min: 1, max: 3 }), pod }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('noise' as const),
        noise: fc.constantFrom('duplicates' as const, 'unknown types' as const, null),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('form' as const), onlyJson: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('clock' as const),
        by: fc.integer({ min: -86_400_000, max: 86_400_000 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constantFrom(...(['reset', 'compact', 'freeze', 'thaw', 'wake'] as const)) }),
    },
  ),
  { minLength: 4, maxLength: 24 },
);

/** Time runs this much faster for the stream than for the server. */
const haste = 400;

/** Plays random faults on one watched cluster, one schedule after the other. */
export class FaultyCluster {
  static async start(): Promise<FaultyCluster> {
    const users = { app: everything };
    const time = { passed: 0 };
    const clock: Clock = {
      now: () => machineClock.now() + time.passed,
      after: (ms, callback) => machineClock.after(ms, callback),
    };
    return new FaultyCluster(await startSimulation({ clock, nodes: [], users, history: 50 }), time);
  }

  private readonly admin: ApiConnection;
  private schedules = 0;
  private clockSetBy = 0;
  private injected = 0;

  private expiring = { pages: 0, pod: 0 };

  private constructor(
    private readonly simulation: Simulation,
    /** For the server, besides the machine's own, in milliseconds. */
    private readonly time: { passed: number },
  ) {
    this.admin = simulation.apiFor('admin');
  }

  /** How many faults the schedules had so far. */
  get faults(): number {
    return this.injected;
  }

  stop(): Promise<void> {
    return this.simulation.stop();
  }

  /**
   * Plays this many schedules; throws with the shortest one that it finds after which what the stream told is not what
   * the server has, or in which an event was told twice.
   */
  async play(count: number, seed: number): Promise<void> {
    await fc.assert(
      fc.asyncProperty(steps, (schedule) => this.playOne(schedule)),
      { numRuns: count, seed, endOnFailure: false },
    );
  }

  private async playOne(schedule: readonly Step[]): Promise<void> {
    this.schedules += 1;
    const namespace = `faulty-${String(this.schedules)}`;
    await this.send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    const told = new ToldPods();
    const hurried = hurriedClock(haste);
    const stream = new PodStream(
      {
        connection: this.connection(namespace),
        clock: { now: () => hurried.now() + this.clockSetBy, after: (ms, callback) => hurried.after(ms, callback) },
        random: () => 0.5,
        limits: { ...streamLimits, page: 2, silence: 100 },
      },
      namespace,
      (event) => {
        told.take(event);
      },
    );
    const running = stream.run();
    try {
      for (const step of schedule) await this.take(step, namespace, stream);
      this.simulation.faults.clear();
      await eventually(async () => told.text === (await this.truth(namespace)));
      if (told.twice.length > 0) throw new Error(`told twice: ${told.twice.join(', ')}`);
    } catch (error) {
      throw new Error(`the server has ${await this.truth(namespace)}, told was ${told.text}`, { cause: error });
    } finally {
      this.simulation.faults.clear();
      this.expiring = { pages: 0, pod: 0 };
      stream.stop();
      await running;
    }
  }

  private connection(namespace: string): ApiConnection {
    const connection = this.simulation.apiFor('app');
    const ask = connection.stream.bind(connection);
    connection.stream = async (request) => {
      const { pages, pod } = this.expiring;
      if (request.query?.['continue'] !== undefined && pages > 0) {
        this.expiring = { pages: pages - 1, pod };
        this.time.passed += 300_001;
        await this.whenThawed(() => this.remove(namespace, (pod + pages) % pods));
      }
      return ask(request);
    };
    return connection;
  }

  private async take(step: Step, namespace: string, stream: PodStream): Promise<void> {
    const { faults } = this.simulation;
    const path = `/api/v1/namespaces/${namespace}/pods`;
    if (!['create', 'change', 'delete', 'thaw'].includes(step.do)) this.injected += 1;
    const ours = ({ user, resource }: FaultyRequest) => user === 'app' && resource === 'pods';
    switch (step.do) {
      case 'create':
        await this.whenThawed(() => this.send('POST', path, podNamed(step.pod)));
        return;
      case 'change': {
        const change = { metadata: { labels: { turn: String((this.turn += 1)) } } };
        await this.whenThawed(() => this.send('PATCH', `${path}/pod-${String(step.pod)}`, change));
        return;
      }
      case 'delete':
        await this.whenThawed(() => this.remove(namespace, step.pod));
        return;
      case 'answer':
        faults.answerNext(step.times, ours, step.with);
        return;
      case 'cut':
        faults.cutNext(step.bytes, ours);
        return;
      case 'expire':
        this.expiring = step;
        faults.answerNext(1, ours, { status: 410, reason: 'Expired' });
        faults.resetConnections();
        return;
      case 'form':
        faults.onlyJson = step.onlyJson;
        return;
      case 'clock':
        this.clockSetBy += step.by;
        return;
      case 'noise':
        faults.addToWatches(step.noise);
        return;
      case 'reset':
        faults.resetConnections();
        return;
      case 'compact':
        this.simulation.compact();
        return;
      case 'freeze':
        faults.pause();
        return;
      case 'thaw':
        faults.resume();
        return;
      case 'wake':
        stream.resume();
    }
  }

  private turn = 0;

  /** A frozen server answers nobody, and so not those who change its pods. */
  private async whenThawed(change: () => Promise<void>): Promise<void> {
    this.simulation.faults.resume();
    await change();
  }

  private remove(namespace: string, number: number): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}/pods/pod-${String(number)}`;
    return this.send('DELETE', path, { gracePeriodSeconds: 0 });
  }

  private async send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): Promise<void> {
    await this.ask({ method, path, body, contentType: patchOr(method) });
  }

  private async truth(namespace: string): Promise<string> {
    const body = await this.ask({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods` });
    const { items } = body as { items: { metadata: { name: string; resourceVersion: string } }[] };
    return textOf(items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  }

  /** Connections are cut for everybody: one that was kept open for the next request is found dead then. */
  private ask(request: ApiRequest): Promise<unknown> {
    return eventually(async () => (await this.admin.request(request)).body ?? 'nothing');
  }
}

/** What the stream has told, put together as the engine does. */
class ToldPods {
  readonly twice: string[] = [];
  private readonly pods = new Map<string, readonly [name: string, version: string]>();
  private readonly events = new Set<string>();
  private named = new Set<string>();

  get text(): string {
    return textOf([...this.pods.values()]);
  }

  take(event: PodEvent): void {
    if (event.is === 'page') {
      if (event.first) this.named = new Set();
      for (const { uid, name, resourceVersion } of event.pods) {
        this.named.add(uid);
        this.pods.set(uid, [name, resourceVersion]);
      }
    } else if (event.is === 'synced') {
      for (const uid of this.pods.keys()) if (!this.named.has(uid)) this.pods.delete(uid);
    } else if (event.is === 'changed' || event.is === 'deleted') {
      const { uid, name, resourceVersion } = event.pod;
      const what = `${event.is} ${uid} ${resourceVersion}`;
      if (this.events.has(what)) this.twice.push(what);
      this.events.add(what);
      if (event.is === 'deleted') this.pods.delete(uid);
      else this.pods.set(uid, [name, resourceVersion]);
    }
  }
}

function patchOr(method: string): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
}

function podNamed(number: number): object {
  const spec = { containers: [{ name: 'app', image: 'nginx:1.25' }] };
  return { metadata: { name: `pod-${String(number)}` }, spec };
}

function textOf(pods: readonly (readonly [string, string])[]): string {
  return pods
    .map(([name, version]) => `${name}@${version}`)
    .sort()
    .join(' ');
}
