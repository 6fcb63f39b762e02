import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRelay } from '../cluster/relay';
import { eventually } from '../setup/eventually';
import { AppProcess } from './runningApp';
import { app, proxied, type Stage } from './stage';
import { image, originals, runs, waitsForImage } from './workloads';

/** A process that is killed between any two of its writes, and the one that is started next. */
export function scenariosOfAKilledApp(stage: Stage): void {
  describe('killed at any of its writes', () => {
    it.each([
      ['with its journal', true],
      ['without a journal', false],
    ])('the next one ends what was begun, %s', { timeout: 600_000 }, async (how, keepsJournal) => {
      await stage.shop.createNamespace();
      const killedAt: string[] = [];
      for (let step = 0; ; step += 1) {
        const at = await killedRescue(stage, step, keepsJournal);
        if (at === null) break;
        killedAt.push(at);
      }
      process.stdout.write(`figure: processes killed and followed, ${how} ${String(killedAt.length)}\n`);
      // each write is two steps: an object that pulls, the pod, and the end of the object
      expect(killedAt.length).toBeGreaterThanOrEqual(6);
    });
  });
}

/** A rescue whose process is killed at this step, and what comes of it; gives where that was, or null where it was not. */
async function killedRescue(stage: Stage, step: number, keepsJournal: boolean): Promise<string | null> {
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
  try {
    await cluster.registries.publish(reference, ['first']);
    await shop.barePod(name, app(reference));
    await shop.pod(name, waitsForImage);
    const kubeconfig = path.join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, relay.kubeconfig, { mode: 0o600 });
    killed = new AppProcess(cluster, path.join(folder, 'first'), kubeconfig);
    const { gone } = killed;
    await Promise.race([gone, killed.next('healed', { pod: name }).then(() => killed?.terminate())]);
    next = new AppProcess(cluster, path.join(folder, keepsJournal ? 'first' : 'other'));
    const pod = await shop.pod(name, runs);
    expect([at, image(pod), pod.metadata.annotations?.[originals]]).toEqual([
      at,
      proxied(cluster.mirrors.first, `library/${reference}`),
      JSON.stringify({ app: reference }),
    ]);
    await next.next('context-status', { status: 'live' });
    // without a journal what was left is known for that when it is old enough
    if (keepsJournal)
      await eventually(async () => (await shop.imageCaches()).length + (await shop.pullPods()).length === 0);
    expect([at, next.has('error')]).toEqual([at, false]);
    return at;
  } finally {
    await Promise.all([killed?.kill(), next?.kill()]);
    await relay.stop();
    await shop.deletePod(name);
    rmSync(folder, { recursive: true, force: true });
  }
}
