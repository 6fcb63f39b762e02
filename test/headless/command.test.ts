import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { everything } from '../../electron/demo/apiServer/authorization';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { machineClock } from '../../electron/engine/machineClock';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import { eventually } from '../setup/eventually';
import { command, CommandFolder } from './commandProcess';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => {
  folder.remove();
});

const pullthrough = (...args: string[]) => folder.run(args);
const write = (name: string, text: string) => folder.write(name, text);
const contextOf = (name: string) =>
  JSON.stringify({
    clusters: [{ name, cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name, user: { token: 't' } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });

describe('what everybody asks first', () => {
  it('is answered: the version, the commands, and what each command takes', async () => {
    const version = await pullthrough('--version');
    const { version: ours } = JSON.parse(
      readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
    ) as {
      version: string;
    };
    expect(version).toEqual({ code: 0, out: `${ours}\n`, err: '' });
    const { code, out } = await pullthrough('--help');
    expect(code).toBe(0);
    const commands = [...out.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(['run', 'explain', 'doctor', 'cleanup', 'rbac', 'rewrite', 'diagnose', 'rules', 'demo']);
    for (const name of commands) {
      const help = await pullthrough(name, '--help');
      expect(help).toMatchObject({ code: 0, err: '' });
      expect(help.out).toMatch(new RegExp(`^Usage: pullthrough ${name}\\b`));
      for (const line of help.out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
    }
  });

  it('does not cost the loading of what talks to clusters', async () => {
    const loaded = async (...args: string[]) => {
      const { err } = await folder.shell(`NODE_DEBUG=module $PULLTHROUGH ${args.join(' ')}`);
      return new Set([...err.matchAll(/load "[^"]*\/(\w[\w-]*)\.cjs"/g)].map(([, file]) => file));
    };
    expect(await loaded('explain', 'default/web')).toContain('kubeconfig');
    for (const light of [await loaded('rewrite', 'nginx'), await loaded('rules')]) {
      expect(light).toContain('mirrorOptions');
      expect(light).not.toContain('kubeconfig');
    }
    expect((await loaded('--version')).size).toBeLessThanOrEqual(2);
  });
});

describe('bad input: one clear sentence, exit 2, and nothing is written anywhere', () => {
  it.each<[string, () => string[], RegExp]>([
    ['no command', () => [], /Which command\?/],
    ['an unknown command', () => ['heal'], /no command "heal"/],
    ['an unknown flag', () => ['run', '--moode', 'auto'], /--moode/],
    ['a mode that is none', () => ['run', '--mode', 'heal'], /watch or auto, not "heal"/],
    ['a retag where nothing is written', () => ['run', '--retag'], /--retag needs --mode auto/],
    ['pulling ahead where nothing is written', () => ['run', '--prepull', ''], /--prepull needs --mode auto/],
    ['nodes by no label', () => ['run', '--mode', 'auto', '--prepull', 'a=b=c'], /"a=b=c" is no label selector/],
    [
      'Jobs in no namespace',
      () => ['run', '--mode', 'auto', '--retag-namespace', 'A_B'],
      /A_B: that is no namespace's name/,
    ],
    ['restores where nothing is written', () => ['run', '--restore'], /--restore needs --mode auto/],
    ['a mirror that is no host', () => ['run', '--mirror', 'not a host'], /not a host/],
    ['rules that cannot be read', () => ['run', '--rules', path.join(folder.path, 'nowhere.json')], /nowhere\.json/],
    [
      'rules of another shape',
      () => ['run', '--rules', write('rules.json', '[{"name":"x"}]')],
      /rules\.json: 0\.match: /,
    ],
    ['a kind with fields', () => ['run', '--kind', 'nexus'], /pullthrough rules --kind nexus/],
    ['an allow list that is not there', () => ['run', '--allow-list', 'nowhere.txt'], /nowhere\.txt does not exist/],
    [
      'a mirror to ask that is none',
      () => ['run', '--mirror', 'a.example', '--probe', 'b.example'],
      /--probe b\.example: none of the mirrors/,
    ],
    ['a word', () => ['run', 'prod'], /"prod" is no flag/],
    [
      'a kubeconfig that is not there',
      () => ['run', '--kubeconfig', path.join(folder.path, 'nowhere')],
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
    const before = readdirSync(folder.path);
    const { code, out, err } = await pullthrough(...given);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(sentence);
    expect(readdirSync(folder.path)).toEqual(before);
  });
});

describe('running', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    const nodes = [{ name: 'node-1', hostname: 'host-1' }];
    simulation = await startSimulation({ clock: machineClock, nodes, users: { app: everything } });
    await create('web');
  });
  afterAll(async () => {
    await simulation.stop();
  });

  /** A pod that fails. */
  const create = async (name: string) => {
    const spec = { nodeName: 'node-1', containers: [{ name: 'app', image: 'nginx:1.25' }] };
    const path = '/api/v1/namespaces/default/pods';
    const { status } = await simulation
      .apiFor('admin')
      .request({ method: 'POST', path, body: { metadata: { name }, spec } });
    expect(status).toBe(201);
  };

  const start = (...flags: string[]) => {
    const args = [
      command,
      'run',
      '--json',
      '--kubeconfig',
      write('config', simulation.kubeconfigFor('app')),
      '--state-dir',
      path.join(folder.path, 'state'),
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

  it('heals with a folder alone: a second one says so and ends with 1, a third follows one that was killed', async () => {
    // where nothing fails, so that nothing is written
    const auto = ['--mode', 'auto', '--namespace', 'empty'];
    const first = start(...auto);
    await first.next('context-status');
    const second = await folder.run([...first.child.spawnargs.slice(2)]);
    expect(second).toMatchObject({ code: 1, out: '' });
    expect(second.err.trim().split('\n')).toHaveLength(1);
    expect(second.err).toContain(`The process ${String(first.child.pid)} of `);
    const watching = start();
    await watching.next('context-status');
    watching.child.kill('SIGTERM');
    first.child.kill('SIGKILL');
    await first.ended;
    const third = start(...auto);
    await third.next('context-status');
    third.child.kill('SIGTERM');
    expect([await watching.ended, await third.ended]).toEqual([0, 0]);
  });

  /** Folders in which nothing can be kept, each with the end of the sentence about it. */
  const unusable: readonly (readonly [string, () => string, string])[] = [
    ['in a file', () => path.join(write('file', ''), 'state'), 'file is not a folder.'],
    ['that is a pipe', () => pipe('pipe'), 'pipe is not a folder.'],
    ['whose lock is a pipe', () => path.dirname(pipe('odd/lock')), 'lock is not a file.'],
    ['with too long a path', () => path.join(folder.path, 'deep/'.repeat(1_000)), 'longer than the system allows.'],
    // where Node's own way of making folders never ends
    ['under /proc', () => '/proc/pullthrough/state', 'no folder can be made there.'],
    ['under /sys', () => '/sys/pullthrough', 'this account may not write there.'],
  ];
  const pipe = (name: string) => {
    const at = path.join(folder.path, name);
    mkdirSync(path.dirname(at), { recursive: true });
    execFileSync('mkfifo', [at]);
    return at;
  };

  it.runIf(process.platform === 'linux').each(unusable)(
    'ends with 1 and one sentence for a folder %s, so that nothing is healed half',
    async (_what, make, why) => {
      const config = write('config', simulation.kubeconfigFor('app'));
      const ended = await folder.run(['run', '--mode', 'auto', '--kubeconfig', config, '--state-dir', make()]);
      expect(ended).toMatchObject({ code: 1, out: '' });
      expect(ended.err.trim().split('\n')).toHaveLength(1);
      expect(ended.err).toContain('Nothing can be healed without the folder /');
      expect(ended.err).toContain(why);
      expect(ended.err.length).toBeLessThan(400);
    },
  );

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
    expect(existsSync(path.join(folder.path, 'state', 'journal.jsonl'))).toBe(false);
  });

  it('refuses what the allow list of the mirror does not have', async () => {
    const list = write('allows.txt', 'docker.io/library/redis\n');
    const { child, ended, next } = start(
      '--mode',
      'auto',
      '--dry-run',
      '--kind',
      'daocloud-hosts',
      '--allow-list',
      list,
    );
    expect(await next('refused')).toMatchObject({
      image: 'nginx:1.25',
      why: expect.stringContaining('allow') as string,
    });
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('ends when nobody reads any more', async () => {
    const { child, ended, next } = start();
    await next('failure');
    child.stdout.destroy();
    // the next event finds nobody
    await create('late');
    expect(await ended).toBe(0);
  });

  describe('with mirrors on this computer', () => {
    const servers: Server[] = [];
    /** A registry that has every manifest, or none. */
    const registry = async (status: number) => {
      const asked: string[] = [];
      const server = createServer(({ url = '', method = '' }, response) => {
        asked.push(`${method} ${url}`);
        response.writeHead(url === '/v2/' ? 200 : status).end();
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
    };
    /** A patch with this mirror's image. */
    const carries = (host: string) => ({
      patch: expect.arrayContaining([
        expect.objectContaining({ op: 'replace', value: `${host}/docker.io/library/nginx:1.25` }),
      ]) as unknown,
    });
    afterEach(() => {
      for (const server of servers.splice(0)) server.close();
    });

    it('asks those that it may, and tries first what has the image', async () => {
      const [without, having] = [await registry(404), await registry(200)];
      const mirrors = ['--mirror', without.host, '--mirror', having.host];
      const probes = ['--probe', without.host, '--probe', having.host];
      const asking = start('--mode', 'auto', '--dry-run', ...mirrors, ...probes);
      expect(await asking.next('swapped')).toMatchObject(carries(having.host));
      asking.child.kill('SIGTERM');
      expect(await asking.ended).toBe(0);
      // the size is wanted as well, which only the manifest itself tells
      expect(having.asked).toContain('GET /v2/docker.io/library/nginx/manifests/1.25');
      const before = without.asked.length;
      const silent = start('--mode', 'auto', '--dry-run', ...mirrors);
      expect(await silent.next('swapped')).toMatchObject(carries(without.host));
      silent.child.kill('SIGTERM');
      expect(await silent.ended).toBe(0);
      expect(without.asked).toHaveLength(before);
    });
  });
});
