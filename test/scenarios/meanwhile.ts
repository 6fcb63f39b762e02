import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { AppProcess } from './runningApp';
import { app, nginx, proxied, type Stage } from './stage';
import { image, originals, runs, waitsForImage } from './workloads';

/** The app is killed, or somebody else is faster. */
export function scenariosOfAChangingWorld(stage: Stage): void {
  describe('the world changes meanwhile', () => {
    it.each(['cache-started', 'swapped'] as const)('finishes what a killed app began, after %s', async (moment) => {
      const stateDir = mkdtempSync(path.join(tmpdir(), 'pullthrough-killed-'));
      try {
        await stage.cluster.registries.publish(nginx, ['first']);
        await stage.shop.createNamespace();
        await stage.shop.deployment('web', app());
        await stage.shop.pod('web', waitsForImage);
        const killed = new AppProcess(stage.cluster, stateDir);
        await killed.killAt(moment);
        const next = new AppProcess(stage.cluster, stateDir);
        await next.next('context-status', { status: 'live' });
        const pod = await stage.shop.pod('web', runs);
        expect(image(pod)).toBe(proxied(stage.cluster.mirrors.first));
        // a fast cluster may have healed the pod in the moment before the signal came
        if (!killed.has('healed')) await next.next('healed', { namespace: stage.shop.namespace });
        expect(await eventually(async () => (await stage.shop.imageCaches()).length === 0 && 'gone')).toBe('gone');
        expect(await next.terminate()).toBe(0);
      } finally {
        rmSync(stateDir, { recursive: true, force: true });
      }
    });

    it('leaves nothing that pulls when the app ends in the middle of a rescue, and heals when it starts again', async () => {
      const stateDir = mkdtempSync(path.join(tmpdir(), 'pullthrough-ended-'));
      try {
        await stage.cluster.registries.publish(nginx, ['first']);
        await stage.shop.createNamespace();
        await stage.shop.deployment('web', app());
        await stage.shop.pod('web', waitsForImage);
        const ended = new AppProcess(stage.cluster, stateDir);
        await ended.next('cache-started');
        expect(await ended.terminate()).toBe(0);
        expect(await stage.shop.imageCaches()).toEqual([]);
        const next = new AppProcess(stage.cluster, stateDir);
        await next.next('context-status', { status: 'live' });
        expect(image(await stage.shop.pod('web', runs))).toBe(proxied(stage.cluster.mirrors.first));
        expect(await next.terminate()).toBe(0);
      } finally {
        rmSync(stateDir, { recursive: true, force: true });
      }
    });

    it.each(['deleted', 'changed'])('writes nothing to a pod that was %s before the swap', async (what) => {
      await stage.cluster.registries.publish(nginx, ['first']);
      await stage.shop.createNamespace();
      await stage.shop.barePod('web', app());
      await stage.shop.pod('web', waitsForImage);
      const engine = stage.launch({ mode: 'auto' });
      // at once, while the canary is still being made: later the swap may have come first
      const meddled = new Promise<void>((resolve, reject) => {
        engine.application.onEvent(({ event }) => {
          if (event !== 'cache-started') return;
          const change = [{ op: 'replace', path: '/spec/containers/0/image', value: 'redis:7.2' }];
          (what === 'deleted' ? stage.shop.deletePod('web') : stage.shop.patchPod('web', change)).then(resolve, reject);
        });
      });
      await meddled;
      await eventually(() => {
        const { incidents } = engine.application.state();
        return !incidents.some(({ id }) => id.includes('nginx')) && 'closed';
      }, 30_000);
      const patches = (await stage.written()).filter(({ verb, name }) => verb === 'patch' && name === 'web');
      expect(patches).toEqual([]);
      const after = (await stage.shop.pods('web')).map((pod) => [image(pod), pod.metadata.annotations?.[originals]]);
      expect(after).toEqual(what === 'deleted' ? [] : [['redis:7.2', undefined]]);
    });
  });
}
