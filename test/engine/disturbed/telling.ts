import type { Cluster, ContextSource } from '../../../electron/engine/ports';
import type { Lifeline } from './lifeline';
import { MortalApp, type Computer } from './mortalApp';
import type { Story } from './stories';
import type { Ending, World } from './world';

/** How a story ended, in its cluster and in the eyes of an app. */
export interface Told {
  readonly ending: Ending;
  readonly shown: readonly string[];
}

/** How often a person looks, in the time of the cluster; milliseconds. */
const glance = 250;
/** So many looks are longer than any pause within a story, also where the machine has much else to do. */
const rest = 24;
/** The same while a failure is shown that may yet be healed: a kubelet has to fail twice on a mirror, and links are slow. */
const longRest = 200;
/** Whatever has not come to rest by then never does. */
const limit = 400_000;

/** An app on this computer, as the story wants it. */
export function startApp(
  story: Story,
  { cluster, clock }: World,
  computer: Computer,
  life: Lifeline,
  through: (contexts: ContextSource) => ContextSource = (contexts) => contexts,
): MortalApp {
  return new MortalApp({
    kubeconfig: cluster.kubeconfig('app'),
    computer,
    clock,
    mirrors: [cluster.mirrors.first, cluster.mirrors.second],
    context: story.context,
    ...(story.limits && { limits: story.limits }),
    life,
    through: (contexts) => through(story.mayPull === false ? withoutPulling(contexts) : contexts),
  });
}

/** As a user who may patch pods, and make none. */
function withoutPulling(contexts: ContextSource): ContextSource {
  return {
    follow: (extra, listener) =>
      contexts.follow(extra, (reading) => {
        const handles = reading.contexts.map((handle) => ({
          ...handle,
          connect: () => {
            const cluster = handle.connect();
            const mayI: Cluster['mayI'] = (verb, ...of) =>
              verb === 'create' ? Promise.resolve(false) : cluster.mayI(verb, ...of);
            return new Proxy(cluster, {
              get: (target, name) => (name === 'mayI' ? mayI : bound(target, name)),
            });
          },
        }));
        listener({ ...reading, contexts: handles });
      }),
  };
}

function bound(target: object, name: string | symbol): unknown {
  const method: unknown = Reflect.get(target, name);
  return typeof method === 'function' ? (...of: unknown[]) => Reflect.apply(method, target, of) as unknown : method;
}

/**
 * Until nothing has been written and nothing has changed in the eyes of these apps for a while, or one of them is dead.
 * `forgetful`: see Story.
 */
export async function comeToRest(
  story: Story,
  world: World,
  apps: readonly MortalApp[],
  forgetful = false,
): Promise<void> {
  const { clock } = world;
  const end = clock.now() + limit;
  let last = '';
  let looked = 0;
  while (!apps.some(({ life }) => life.isDead())) {
    for (const app of apps) await story.person?.(app, world, forgetful);
    const written = world.written.length;
    const looks = `${String(written)} written; ${apps.map(looksOf).join('; ')}`;
    // every story has something to be written
    looked = looks !== last || written === 0 || apps.some(isBusy) ? 0 : looked + 1;
    last = looks;
    if (looked > (apps.some(isWaiting) ? longRest : rest)) return;
    if (clock.now() > end) throw new Error(`no rest: ${looks}; ${world.written.join(', ')}`);
    await new Promise<void>((resolve) => clock.after(glance, resolve));
  }
}

/** What a person sees. That something was healed or restored a moment ago is not known to every app. */
export function shownBy({ state }: MortalApp): readonly string[] {
  return [
    ...state.incidents.flatMap(({ progress: { is } }) => (is === 'healed' ? [] : `incident ${is}`)),
    ...state.restores.flatMap(({ pod, state: { is } }) => (is === 'free' ? [] : `restore of ${pod} ${is}`)),
  ].sort();
}

function looksOf({ state: { incidents, restores } }: MortalApp): string {
  const each = [
    ...incidents.map(({ id, progress }) => `${id} ${progress.is}`),
    ...restores.map(({ pod, state }) => `${pod} ${state.is}`),
  ];
  return each.join(', ');
}

function isBusy({ state, isUnderWay }: MortalApp): boolean {
  return (
    isUnderWay ||
    state.caches.some(({ endedAt }) => endedAt === null) ||
    state.contexts.some(({ status }) => status.is !== 'live') ||
    state.incidents.some(({ progress }) => progress.is === 'rescuing') ||
    state.restores.some(({ state: { is } }) => is === 'checking' || is === 'restoring')
  );
}

function isWaiting({ state }: MortalApp): boolean {
  return state.incidents.some(({ progress }) => progress.is !== 'healed');
}
