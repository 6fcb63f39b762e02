import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CleanupPlan } from '../../electron/domain/doctor/cleanup';
import type { ObjectRef } from '../../electron/domain/kubeObject';
import { send } from '../cluster/objects';
import type { TestUser } from '../cluster/testCluster';
import { CommandFolder } from '../headless/commandProcess';
import { app, nginx, proxied, type Stage } from './stage';
import { image, originals, runs } from './workloads';

const caches = '/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches';
const ours = { 'app.kubernetes.io/managed-by': 'pullthrough' };

interface Answer {
  readonly removed?: readonly (ObjectRef & { readonly annotations?: readonly string[] })[];
  readonly wouldRemove?: readonly ObjectRef[];
  readonly left: readonly (ObjectRef & { readonly why: CleanupPlan['leave'][number]['why'] })[];
  readonly unread: readonly object[];
}

/** What nobody needs any more goes, and nothing else. */
export function scenariosOfCleanup(stage: Stage): void {
  describe('cleanup', () => {
    let folder: CommandFolder;
    beforeEach(() => {
      folder = new CommandFolder();
    });
    afterEach(() => {
      folder.remove();
    });

    const cleanup = async (flags: readonly string[], user: TestUser = 'app') => {
      const { code, out, err } = await folder.run([
        'cleanup',
        '--json',
        '--kubeconfig',
        stage.cluster.kubeconfig(user),
        '--state-dir',
        folder.path,
        ...flags,
      ]);
      expect(err).toBe('');
      return { code, ...(JSON.parse(out) as Answer) };
    };
    const makeCache = (name: string, labels: Readonly<Record<string, string>>) =>
      send(stage.cluster.api, {
        method: 'POST',
        path: caches,
        body: {
          apiVersion: 'kubefledged.io/v1alpha2',
          kind: 'ImageCache',
          metadata: { name, labels },
          spec: { cacheSpec: [{ images: [nginx], nodeSelector: { 'kubernetes.io/hostname': 'no-such-host' } }] },
        },
      });
    const makePullPod = (name: string) =>
      send(stage.cluster.api, {
        method: 'POST',
        path: `/api/v1/namespaces/${stage.shop.namespace}/pods`,
        body: {
          metadata: { name, labels: { ...ours, 'pullthrough.dev/pull-pod': 'true' } },
          spec: { nodeName: stage.cluster.nodes[0], restartPolicy: 'Never', ...app('blocked:1') },
        },
      });
    const titles = (objects: readonly ObjectRef[] = []) => objects.map(({ kind, name }) => `${kind} ${name}`).sort();

    it('removes leftovers, leaves a swapped pod its annotation and another tool its ImageCache, and restarts nothing', async () => {
      const { shop, cluster } = stage;
      await cluster.registries.publish(nginx, ['first']);
      await shop.createNamespace();
      const swapped = { [originals]: JSON.stringify({ app: nginx }) };
      await shop.barePod('swapped', app(proxied(cluster.mirrors.first)), swapped);
      await shop.barePod('restored', app(proxied(cluster.mirrors.first)), {
        [originals]: JSON.stringify({ app: proxied(cluster.mirrors.first) }),
        mine: 'stays',
      });
      const before = [await shop.pod('swapped', runs), await shop.pod('restored', runs)];
      await makeCache('pullthrough-left-over', ours);
      await makeCache('theirs', { app: 'kubefledged' });
      await makeCache('also-theirs', ours);
      await makePullPod('pullthrough-pull-left-over');

      const expected = ['ImageCache pullthrough-left-over', 'Pod pullthrough-pull-left-over', 'Pod restored'];
      const dry = await cleanup(['--older-than', '0', '--dry-run']);
      expect(titles(dry.wouldRemove)).toEqual(expected);
      expect(await shop.imageCaches()).toContain('pullthrough-left-over');
      const done = await cleanup(['--older-than', '0']);
      expect({ code: done.code, removed: titles(done.removed), unread: done.unread }).toEqual({
        code: 0,
        removed: expected,
        unread: [],
      });
      expect(done.left.map(({ name, why }) => [name, why.is]).sort()).toEqual([
        ['also-theirs', 'name'],
        ['swapped', 'swapped'],
      ]);
      expect((await shop.imageCaches()).toSorted()).toEqual(['also-theirs', 'theirs']);
      expect(await shop.pullPods()).toEqual([]);
      const after = [await shop.pod('swapped', runs), await shop.pod('restored', runs)];
      for (const [index, pod] of after.entries()) {
        expect(pod.metadata.uid).toBe(before[index]?.metadata.uid);
        expect(image(pod)).toBe(proxied(cluster.mirrors.first));
        expect(pod.status.containerStatuses?.[0]?.restartCount).toBe(0);
      }
      expect(after[0]?.metadata.annotations?.[originals]).toBe(swapped[originals]);
      expect(after[1]?.metadata.annotations).toEqual({ mine: 'stays' });
      expect(titles((await cleanup(['--older-than', '0'])).removed)).toEqual([]);
    });

    const clear = async () => {
      folder.write('journal.jsonl', '');
      expect((await cleanup(['--older-than', '0'])).code).toBe(0);
    };

    it('leaves what the journal of this computer names, and what may be at work elsewhere', async () => {
      await stage.shop.createNamespace();
      await makeCache('pullthrough-needed', ours);
      await makeCache('pullthrough-young', ours);
      const state = { cache: { batches: [{ name: 'pullthrough-needed' }] } };
      const line = (context: string, id: string, named: object) =>
        `${JSON.stringify({ v: 1, what: 'rescue', id, context, state: named })}\n`;
      const other = { cache: 'pullthrough-young' };
      folder.write('journal.jsonl', line('app', 'r1', state) + line('elsewhere', 'r2', other));
      const { removed, left } = await cleanup([]);
      expect(removed).toEqual([]);
      expect(left.map(({ name, why }) => [name, why.is]).sort()).toEqual([
        ['pullthrough-needed', 'journal'],
        ['pullthrough-young', 'young'],
      ]);
      expect(titles((await cleanup(['--older-than', '0'])).removed)).toEqual(['ImageCache pullthrough-young']);
      await clear();
    });

    it('says what it may not remove, or not look for', async () => {
      await stage.shop.createNamespace();
      await makeCache('pullthrough-left-over', ours);
      await makePullPod('pullthrough-pull-left-over');
      const { code, removed, unread, ...rest } = await cleanup(['--older-than', '0'], 'viewer');
      expect({ code, removed, kinds: unread.map((each) => (each as { kind: string }).kind).sort() }).toEqual({
        code: 1,
        removed: [],
        kinds: ['ImageCache', 'Job'],
      });
      expect(rest).toMatchObject({
        failed: [{ name: 'pullthrough-pull-left-over', why: expect.stringContaining('may not delete pods') as string }],
      });
      await clear();
    });
  });
}
