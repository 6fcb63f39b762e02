import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../../electron/demo/apiServer/authorization';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { machineClock } from '../../electron/engine/machineClock';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import { eventually } from '../setup/eventually';

const command = path.resolve(import.meta.dirname, '../../dist/headless/pullthrough.cjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-command-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
const pullthrough = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, HOME: folder, KUBECONFIG: '' };
    execFile(process.execPath, [command, ...args], { env, timeout: 20_000 }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
const contextOf = (name: string) =>
  JSON.stringify({
    clusters: [{ name, cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
const write = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('bad input: one clear sentence, exit 2, and nothing is written anywhere', () => {
  it.each<[string, () => string[], RegExp]>([
    ['no command', () => [], /Which command\?/],
    ['an unknown command', () => ['heal'], /no command "heal"/],
    ['an unknown flag', () => ['run', '--moode', 'auto'], /--moode/],
    ['a mode that is none', () => ['run', '--mode', 'heal'], /watch or auto, not "heal"/],
    ['a mirror that is no host', () => ['run', '--mirror', 'not a host'], /not a host/],
    ['rules that cannot be read', () => ['run', '--rules', path.join(folder, 'nowhere.json')], /nowhere\.json/],
    [
      'rules of another shape',
      () => ['run', '--rules', write('rules.json', '[{"name":"x"}]')],
      /rules\.json: 0\.match/,
    ],
    [
      'a kubeconfig that is not there',
      () => ['run', '--kubeconfig', path.join(folder, 'nowhere')],
      /kubeconfig .*nowhere cannot be read/,
    ],
    [
      'a kubeconfig that is broken',
      () => ['run', '--kubeconfig', write('broken', 'a: [}')],
      /kubeconfig .*broken cannot be read/,
    ],
    ['no kubeconfig at all', () => ['run'], /There is no kubeconfig at .*\.kube/],
    [
      'an unknown context',
      () => ['run', '--kubeconfig', write('one', contextOf('dev')), '--context', 'prod'],
      /no context "prod"; there are: dev/,
    ],
    ['no current context', () => ['run', '--kubeconfig', write('one', contextOf('dev'))], /--context: dev/],
  ])('%s', async (_what, args, sentence) => {
    const given = args();
    const before = readdirSync(folder);
    const { code, out, err } = await pullthrough(...given);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(sentence);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('running', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    const nodes = [{ name: 'node-1', hostname: 'host-1' }];
    simulation = await startSimulation({ clock: machineClock, nodes, users: { app: everything } });
    const spec = { nodeName: 'node-1', containers: [{ name: 'app', image: 'nginx:1.25' }] };
    const request = {
      method: 'POST',
      path: '/api/v1/namespaces/default/pods',
      body: { metadata: { name: 'web' }, spec },
    } as const;
    expect((await simulation.apiFor('admin').request(request)).status).toBe(201);
  });
  afterAll(async () => {
    await simulation.stop();
  });

  const start = (...flags: string[]) => {
    const args = [
      command,
      'run',
      '--json',
      '--kubeconfig',
      write('config', simulation.kubeconfigFor('app')),
      '--state-dir',
      path.join(folder, 'state'),
      ...flags,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const next = (event: string) =>
      eventually(
        () => lines.map((line) => JSON.parse(line) as EngineEvent).find((each) => each.event === event),
        20_000,
      );
    return { child, ended, next, lines };
  };

  it('prints one object a line, and ends with 0 within 5 s of SIGTERM', async () => {
    const { child, ended, next } = start();
    expect(await next('context-status')).toMatchObject({ context: 'app', status: 'live' });
    expect(await next('failure')).toMatchObject({
      namespace: 'default',
      pod: 'web',
      container: 'app',
      image: 'nginx:1.25',
    });
    const asked = Date.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(Date.now() - asked).toBeLessThan(5_000);
  });

  it('shows in a dry run what it would write, and writes nothing', async () => {
    const { child, ended, next } = start('--mode', 'auto', '--mirror', 'mirror.example', '--dry-run');
    const swapped = await next('swapped');
    expect(swapped.patch).toContainEqual({
      op: 'replace',
      path: '/spec/containers/0/image',
      value: 'mirror.example/docker.io/library/nginx:1.25',
    });
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    const writes = simulation.audit
      .of('app')
      .filter(({ verb, resource }) => !/^(get|list|watch)$/.test(verb) && !resource.startsWith('selfsubject'));
    expect(writes).toEqual([]);
    expect(existsSync(path.join(folder, 'state', 'journal.jsonl'))).toBe(false);
  });
});
