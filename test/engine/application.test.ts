import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { everything } from '../../electron/demo/apiServer/authorization';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { defaultSettings, type ContextSettings, type Settings } from '../../electron/domain/settings';
import { createApplication, type Application } from '../../electron/engine/application';
import type { ApplicationParts } from '../../electron/engine/applicationParts';
import { ContextEngine } from '../../electron/engine/contextEngine';
import { machineClock } from '../../electron/engine/machineClock';
import type { ContextReading } from '../../electron/engine/ports';
import { fileJournal } from '../../electron/files/journal';
import { kubeconfigSource } from '../../electron/kube/kubeconfig';
import { eventually } from '../setup/eventually';

let folder: string;
let application: Application;
let saved: Settings;
const watched: ContextSettings = { watch: true, auto: false, agreed: false };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-application-'));
});
afterEach(async () => {
  await application.stop();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const start = (
  files: readonly string[],
  contexts: Settings['contexts'] = {},
  parts: Partial<ApplicationParts> = {},
) => {
  saved = { ...defaultSettings, contexts };
  application = createApplication({
    settings: {
      read: () => saved,
      write: (settings) => {
        saved = settings;
      },
    },
    journal: fileJournal(path.join(folder, 'journal.jsonl')),
    contexts: kubeconfigSource({ explicit: files, environment: undefined, home: folder }, machineClock, () => 0.5),
    clock: machineClock,
    demo: false,
    ...parts,
  });
  return application;
};
const unreachable = (name: string) =>
  JSON.stringify({
    clusters: [{ name, cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name, user: { token: 't' } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
const status = (name: string) => application.state().contexts.find((context) => context.name === name)?.status;

describe('without a cluster', () => {
  it('says which kubeconfig it looked for, and finds it when it is written', async () => {
    const file = path.join(folder, 'config');
    start([file]);
    expect(application.state().problems).toEqual([{ kind: 'no-kubeconfig', path: file }]);
    write('config', unreachable('dev'));
    await eventually(() => application.state().contexts.length === 1);
    expect(application.state().problems).toEqual([]);
  });

  it('shows a broken kubeconfig among several, and the contexts of the rest', () => {
    const broken = write('broken', 'clusters: [}');
    start([broken, write('fine', unreachable('dev'))]);
    expect(application.state().problems).toMatchObject([{ kind: 'kubeconfig-broken', path: broken }]);
    expect(application.state().contexts).toMatchObject([{ name: 'dev', status: { is: 'off' } }]);
  });

  it('says once which renewed login cannot be kept, for as long as that is so', () => {
    let listener: (reading: ContextReading) => void = () => undefined;
    start(
      [],
      {},
      {
        contexts: {
          follow: (_extra, told) => {
            listener = told;
            return () => undefined;
          },
        },
      },
    );
    const said: unknown[] = [];
    application.onEvent(({ event, context, why }) => said.push([event, context, why]));
    const of = (user: string) => ({ path: '/config', detail: `the renewed login of user "${user}" cannot be written` });
    const read = (...users: string[]) => {
      listener({ files: ['/config'], broken: [], unsavedLogins: users.map(of), contexts: [], current: null });
      return application.state().problems.filter(({ kind }) => kind === 'login-unsaved');
    };
    const [ann, bob] = ['ann', 'bob'].map((user) => ({ kind: 'login-unsaved', ...of(user) }));
    expect(read('ann')).toEqual([ann]);
    expect(read('bob', 'ann')).toEqual([bob, ann]);
    expect(read()).toEqual([]);
    expect(said).toEqual([ann, bob].map((problem) => ['error', '', problem?.detail]));
  });

  it('watches nothing that nobody has chosen', () => {
    start([write('config', unreachable('dev'))]);
    expect(status('dev')).toEqual({ is: 'off' });
  });

  it('tries again what failed when a mirror changed, and not when the colours did', async () => {
    const reconsider = vi.spyOn(ContextEngine.prototype, 'reconsider');
    start([write('config', unreachable('dev'))], { dev: watched });
    await application.command('changeSettings', { settings: { theme: 'dark' } });
    await application.command('setContext', { context: 'dev', settings: { watch: true } });
    expect(reconsider).not.toHaveBeenCalled();
    await application.command('changeSettings', { settings: { noProxy: ['quay.io'] } });
    expect(reconsider).toHaveBeenCalledTimes(1);
    reconsider.mockRestore();
  });

  it('keeps which nodes get images ahead of need until that is taken back', async () => {
    const agreed = { ...watched, agreed: true };
    start([write('config', unreachable('dev'))], { dev: agreed });
    await application.command('setContext', { context: 'dev', settings: { prepull: '' } });
    await application.command('setContext', { context: 'dev', settings: { restore: false } });
    expect(saved.contexts['dev']).toEqual({ ...agreed, prepull: '', restore: false });
    await application.command('setContext', { context: 'dev', settings: { prepull: null } });
    expect(saved.contexts['dev']).toEqual({ ...agreed, restore: false });
  });

  it.each([
    [{ auto: true }, 'Auto-proxy writes to dev; that has not been agreed to yet.'],
    [{ restore: true }, 'Restoring without a click writes to dev; that has not been agreed to yet.'],
    [{ retag: true }, 'Retagging writes to dev; that has not been agreed to yet.'],
    [{ prepull: '' }, 'Pulling ahead of need writes to dev; that has not been agreed to yet.'],
  ])('switches %j on only where writing was agreed to', async (settings, message) => {
    start([write('config', unreachable('dev'))], { dev: watched });
    const refused = await application.command('setContext', { context: 'dev', settings });
    expect(refused).toEqual({ ok: false, error: { code: 'not-agreed', message } });
    expect(saved.contexts['dev']).toEqual(watched);
    const done = await application.command('setContext', { context: 'dev', settings: { ...settings, agreed: true } });
    expect(done).toEqual({ ok: true, value: null });
    expect(saved.contexts['dev']).toEqual({ ...watched, ...settings, agreed: true });
  });

  it('takes nothing for switched on that a settings file has on without the agreement', async () => {
    const byHand = { ...watched, auto: true, restore: true, retag: true, prepull: '' };
    start([write('config', unreachable('dev'))], { dev: byHand });
    const [context] = application.state().contexts;
    expect(context).toMatchObject({ auto: false, agreed: false });
    for (const each of ['restore', 'retag', 'prepull']) expect(context).not.toHaveProperty(each);
    const done = await application.command('setContext', { context: 'dev', settings: { namespaces: ['shop'] } });
    expect(done.ok).toBe(true);
  });

  it('refuses what it cannot do with a reason, and saves nothing', async () => {
    start([write('config', unreachable('dev'))], { dev: watched });
    const answers = await Promise.all([
      application.command('setContext', { context: 'prod', settings: { watch: true } }),
      application.command('setContext', { context: 'dev', settings: { auto: true } }),
      application.command('fix', { context: 'dev', incident: 'x', agree: false }),
      application.command('checkRestore', { context: 'dev', restore: 'x' }),
      application.command('restore', { context: 'dev', restore: 'x' }),
      application.command('applyFix', { context: 'dev', fix: 'install', language: 'en' }),
      application.command('changeSettings', {
        settings: { mirrors: [{ name: 'bad', match: '*', template: 'https://mirror.example/{path}' }] },
      }),
    ]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual([
      'not-found',
      'not-agreed',
      'not-agreed',
      'not-agreed',
      'not-agreed',
      'not-agreed',
      'bad-request',
    ]);
    expect(saved).toEqual({ ...defaultSettings, contexts: { dev: watched } });
  });
});

describe('with a cluster', () => {
  let simulation: Simulation;
  beforeEach(async () => {
    simulation = await startSimulation({
      clock: machineClock,
      nodes: [{ name: 'node-1', hostname: 'host-1' }],
      users: {
        live: everything,
        guest: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'], namespaces: ['default', 'shop'] }],
        stranger: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'], namespaces: ['shop'] }],
      },
    });
  });
  afterEach(async () => {
    await simulation.stop();
  });

  it('an unreachable one says so and when it is tried again, and does not disturb the others', async () => {
    const files = [write('live', simulation.kubeconfigFor('live')), write('dead', unreachable('dead'))];
    start(files, { live: watched, dead: watched });
    await eventually(() => status('live')?.is === 'live' && status('dead')?.is === 'blind');
    expect(status('dead')).toMatchObject({ why: expect.stringContaining('ECONNREFUSED') as string });
    const { retryAt, since } = status('dead') as { retryAt: number; since: number };
    expect(retryAt).toBeGreaterThanOrEqual(since);
  });

  it('who may read only the namespace that the context names sees that one', async () => {
    const config = simulation.kubeconfigFor('guest').replace('namespace: default', 'namespace: shop');
    start([write('guest', config)], { guest: watched });
    await eventually(() => status('guest')?.is === 'live');
    const read = simulation.audit.of('guest').filter(({ verb, resource }) => verb === 'watch' && resource === 'pods');
    expect(read.map(({ namespace }) => namespace)).toEqual(['shop']);
  });

  it('looks again at once when the namespace that may be read is named in the settings', async () => {
    start([write('stranger', simulation.kubeconfigFor('stranger'))], { stranger: watched });
    await eventually(() => status('stranger')?.is === 'denied');
    await application.command('setContext', { context: 'stranger', settings: { namespaces: ['shop'] } });
    await eventually(() => status('stranger')?.is === 'live');
  });

  it('starts and stops with its switch, and leaves nothing of a stopped one', async () => {
    start([write('live', simulation.kubeconfigFor('live'))]);
    await application.command('setContext', { context: 'live', settings: { watch: true } });
    await eventually(() => status('live')?.is === 'live');
    await application.command('setContext', { context: 'live', settings: { watch: false } });
    expect(status('live')).toEqual({ is: 'off' });
    expect(saved.contexts).toEqual({ live: { ...watched, watch: false } });
  });

  it('starts anew a context that is reached another way now, and leaves the others alone', async () => {
    start([write('live', simulation.kubeconfigFor('live')), write('moved', unreachable('moved'))], {
      live: watched,
      moved: watched,
    });
    await eventually(() => status('live')?.is === 'live');
    const podLists = () =>
      simulation.audit.of('live').filter(({ verb, resource }) => verb === 'list' && resource === 'pods').length;
    const before = podLists();
    write('moved', simulation.kubeconfigFor('live').replace(/: live$/gm, ': moved'));
    await eventually(() => status('moved')?.is === 'live');
    expect(podLists()).toBe(before + 1);
  });
});
