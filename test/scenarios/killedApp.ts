import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineEventName } from '../../electron/engine/engineEvent';
import { startRelay } from '../cluster/relay';
import { eventually } from '../setup/eventually';
import { AppProcess } from './runningApp';
import { app, proxied, type Stage } from './stage';
import { image, originals, runs, waitsForImage, type TestPod } from './workloads';

/** What a process is about when it is killed, with a pod and an image of its own. */
interface Tale {
  readonly about: string;
  readonly flags: readonly string[];
  /** So many steps it has at least; each write is two. */
  readonly steps: number;
  /** The last that is told of it. */
  readonly end: EngineEventName;
  prepare(stage: Stage, pod: string, reference: string): Promise<void>;
  /** What has to happen for a process to begin, once it watches; `pod` as it is then. */
  begin(process: AppProcess, pod: TestPod | undefined): void;
  ending(mirror: string, reference: string): Ending;
}

/** What is wanted of the pod at the end. */
interface Ending {
  readonly image: string;
  /** Our annotations. */
  readonly notes: Readonly<Record<string, string>>;
  readonly restarts: number;
}

const swappedAt = 'pullthrough.dev/swapped-at';
const restoring = 'pullthrough.dev/restoring';
/** Longer than the pause before a swapped pod's original is tried by itself, in milliseconds. */
const pause = 660_000;
/** Beyond the age at which what nobody uses is a leftover, in milliseconds. */
const oldEnough = 960_000;

const tales: readonly Tale[] = [
  {
    about: 'a rescue',
    flags: [],
    // an object that pulls, the pod, and the end of the object
    steps: 6,
    end: 'healed',
    async prepare({ cluster, shop }, name, reference) {
      await cluster.registries.publish(reference, ['first']);
      await shop.barePod(name, app(reference));
      await shop.pod(name, waitsForImage);
    },
    begin: () => undefined,
    ending: (mirror, reference) => ({
      image: proxied(mirror, `library/${reference}`),
      notes: { [originals]: JSON.stringify({ app: reference }), [swappedAt]: expect.any(String) as string },
      restarts: 0,
    }),
  },
  {
    about: 'a restore',
    flags: ['--restore'],
    // the pull pod, its end, the pod, and the end of the note in it
    steps: 8,
    end: 'restored',
    async prepare({ cluster, shop }, name, reference) {
      await cluster.registries.publish(reference, ['origin', 'first']);
      await cluster.registries.unblockOrigin();
      const annotations = { [originals]: JSON.stringify({ app: reference }) };
      await shop.barePod(name, app(proxied(cluster.mirrors.first, `library/${reference}`)), annotations);
      await shop.pod(name, runs);
    },
    // one that is on its way back already is gone on with at once
    begin: (process, pod) => {
      if (pod?.metadata.annotations?.[originals] !== undefined) process.turnTime(pause);
    },
    ending: (_mirror, reference) => ({ image: reference, notes: {}, restarts: 1 }),
  },
];

/** A process that is killed between any two of its writes, and the one that is started next. */
export function scenariosOfAKilledApp(stage: Stage): void {
  const ways = [
    { how: 'with its journal', keepsJournal: true },
    { how: 'without a journal', keepsJournal: false },
  ];
  describe('killed at any of its writes', () => {
    it.each(tales.flatMap((tale) => ways.map((way) => ({ tale, about: tale.about, ...way }))))(
      'the next one ends what was begun: $about, $how',
      { timeout: 600_000 },
      async ({ tale, about, how, keepsJournal }) => {
        await stage.shop.createNamespace();
        const killedAt: string[] = [];
        for (let step = 0; ; step += 1) {
          const at = await killedAtStep(stage, tale, step, keepsJournal);
          if (at === null) break;
          killedAt.push(at);
        }
        process.stdout.write(`figure: processes killed and followed, ${about} ${how} ${String(killedAt.length)}\n`);
        expect(killedAt.length).toBeGreaterThanOrEqual(tale.steps);
      },
    );
  });
}

/** Kills a process at this step, and looks what comes of it; gives where that was, or null where it was not. */
async function killedAtStep(stage: Stage, tale: Tale, step: number, keepsJournal: boolean): Promise<string | null> {
  const { cluster, shop } = stage;
  const folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-killed-'));
  // no image's name is a part of another one's: kube-fledged would take it for that
  const name = `web-${String(1000 + step)}`;
  const reference = name.replace('-', ':');
  let at: string | null = null;
  let steps = 0;
  let killed: AppProcess | null = null;
  let next: AppProcess | null = null;
  const relay = await startRelay(readFileSync(cluster.kubeconfig('app'), 'utf8'), (moment, what) => {
    if (at === null && steps === step) {
      at = `${what}, ${moment}`;
      void killed?.kill();
    }
    steps += 1;
    return at !== null;
  });
  const begun = async (begins: AppProcess) => {
    await begins.next('context-status', { status: 'live' });
    const [pod] = await shop.pods(name);
    tale.begin(begins, pod);
  };
  try {
    await tale.prepare(stage, name, reference);
    const [before] = await shop.pods(name);
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, relay.kubeconfig, { mode: 0o600 });
    killed = new AppProcess(cluster, path.join(folder, 'first'), kubeconfig, tale.flags, 0);
    const { gone } = killed;
    const lived = begun(killed)
      .then(() => killed?.next(tale.end, { pod: name }))
      .then(() => killed?.terminate());
    await Promise.race([gone, lived]);
    // an app that was killed tells nothing more, which ends the wait for it with an error: a failure before that has ended the race
    lived.catch(() => undefined);
    const home = path.join(folder, keepsJournal ? 'first' : 'other');
    next = new AppProcess(cluster, home, cluster.kubeconfig('app'), tale.flags, pause);
    if (keepsJournal) await next.next('context-status', { status: 'live' });
    else await begun(next);
    const wanted = tale.ending(cluster.mirrors.first, reference);
    const left = async () => (await shop.imageCaches()).length + (await shop.pullPods()).length;
    const isAtItsEnd = (pod: TestPod) => runs(pod) && image(pod) === wanted.image && !(restoring in notesOf(pod));
    const pod = await shop.pod(name, isAtItsEnd).catch((error: unknown) => {
      throw new Error(`killed at ${String(at)}, ${name} does not come to its end`, { cause: error });
    });
    const restarts = pod.status.containerStatuses?.[0]?.restartCount;
    expect({ at, uid: pod.metadata.uid, image: image(pod), notes: notesOf(pod), restarts }).toEqual({
      at,
      uid: before?.metadata.uid,
      ...wanted,
    });
    // without a journal what was left is known for that when it is old enough
    if (!keepsJournal) next.turnTime(oldEnough);
    await eventually(async () => (await left()) === 0);
    expect([at, next.has('error')]).toEqual([at, false]);
    return at;
  } finally {
    await Promise.all([killed?.kill(), next?.kill()]);
    await relay.stop();
    await shop.deletePod(name);
    rmSync(folder, { recursive: true, force: true });
  }
}

function notesOf({ metadata }: TestPod): Readonly<Record<string, string>> {
  const all = Object.entries(metadata.annotations ?? {});
  return Object.fromEntries(all.filter(([name]) => name.startsWith('pullthrough.dev/')));
}
