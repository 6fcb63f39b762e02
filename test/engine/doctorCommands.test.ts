import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../electron/domain/settings';
import type { Journal } from '../../electron/engine/ports';
import { createApplication, type Application } from '../../electron/engine/application';
import { machineClock } from '../../electron/engine/machineClock';
import { KubeCluster } from '../../electron/kube/cluster';
import { eventually } from '../setup/eventually';
import { DoctorCluster, mirrors } from './doctorCluster';

let cluster: DoctorCluster;
let application: Application;
/** What the journal is told, each with how much had been written to the cluster by then. */
const recorded: (readonly [string, unknown, number])[] = [];
let diskIsFull = false;
const complaints: string[] = [];
const written = () => application.state().activity.filter(({ kind }) => kind === 'created');
const left = { id: 'doctor prod scale', context: 'prod', what: 'doctor', state: { fix: 'scale' } } as const;
const journal: Journal = {
  path: '/state/journal.jsonl',
  load: () => ({ entries: [left, { ...left, id: 'doctor other scale', context: 'other' }], problem: null }),
  record: ({ id, what, state }) => {
    if (diskIsFull) throw new Error('ENOSPC');
    if (what === 'doctor') recorded.push([id, state, written().length]);
  },
};
beforeAll(async () => {
  cluster = await DoctorCluster.start();
  const context = { watch: true, auto: false, agreed: true };
  const settings: Settings = { ...defaultSettings, mirrors, contexts: { prod: context } };
  application = createApplication({
    settings: { read: () => settings, write: () => undefined },
    journal,
    contexts: {
      follow: (_extra, listener) => {
        const connect = () => new KubeCluster(cluster.simulation.apiFor('app'), machineClock, Math.random, 'default');
        const handle = { name: 'prod', server: '', namespace: 'default', fingerprint: '', connect };
        listener({ files: [], broken: [], contexts: [handle, { ...handle, name: 'other' }], current: null });
        return () => undefined;
      },
    },
    clock: machineClock,
    demo: false,
  });
  application.onEvent(({ event, why }) => {
    if (event === 'error') complaints.push(why ?? '');
  });
});
afterAll(async () => {
  await application.stop();
  await cluster.simulation.stop();
});

it('a window examines a context, does the fix that it was shown, once, and sees what is found afterwards', async () => {
  const early = await application.command('applyFix', { context: 'prod', fix: 'install', language: 'en' });
  expect(early).toMatchObject({ ok: false, error: { code: 'not-found' } });
  const examined = await application.command('examine', { context: 'prod', language: 'zh' });
  const findings = examined.ok ? examined.value.findings : [];
  expect(findings.find(({ id }) => id === 'crd')).toMatchObject({
    level: 'warning',
    sentence: '没有安装 kube-fledged；Pullthrough 改用自己的拉取容器组提前拉取镜像。',
    fix: { id: 'install' },
  });
  diskIsFull = true;
  const unsaid = await application.command('applyFix', { context: 'prod', fix: 'install', language: 'en' });
  expect([unsaid, written()]).toMatchObject([{ ok: false, error: { message: /nothing was written.*ENOSPC/i } }, []]);
  diskIsFull = false;
  recorded.length = 0;
  const fixed = await application.command('applyFix', { context: 'prod', fix: 'install', language: 'en' });
  expect(fixed).toMatchObject({ ok: true, value: { sentence: 'Done: 12 objects written.' } });
  const after = fixed.ok ? fixed.value.examination.findings : [];
  expect(after.map(({ id }) => id)).toContain('controller');
  expect(after.filter(({ fix }) => fix?.id === 'install')).toEqual([]);
  // each write stands in the activity with what exactly was sent
  expect(
    written()
      .map(({ object }) => object)
      .reverse()
      .slice(0, 2),
  ).toEqual(['Namespace kube-fledged', 'CustomResourceDefinition imagecaches.kubefledged.io']);
  expect(written()).toHaveLength(12);
  expect(recorded).toEqual([
    ['doctor prod install', { fix: 'install' }, 0],
    ['doctor prod install', null, 12],
  ]);
  const again = await application.command('applyFix', { context: 'prod', fix: 'install', language: 'en' });
  expect(again).toMatchObject({ ok: false, error: { code: 'not-found' } });
});

it('a context that is not watched is not examined in a window', async () => {
  const answer = await application.command('examine', { context: 'other', language: 'en' });
  expect(answer).toMatchObject({ ok: false, error: { code: 'not-found' } });
});

it('says at the next start which fix of this context was cut short, and forgets it', async () => {
  const told = () => complaints.some((why) => why.includes("the doctor's fix scale was cut short"));
  expect(await eventually(() => Promise.resolve(told() && 'told'))).toBe('told');
  expect(complaints).toHaveLength(2);
});
