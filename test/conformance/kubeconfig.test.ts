import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { readTokens } from '../../electron/kube/auth/oidcStore';
import { readMergedConfig } from '../../electron/kube/config/mergedConfig';
import { kubeconfigFiles, readKubeconfigs } from '../../electron/kube/kubeconfig';
import { kubeAssets } from '../cluster/assets';
import type { Identity } from '../setup/identityServer';
import { identity } from './kubeconfigs/identity';
import { logins } from './kubeconfigs/logins';
import { merging } from './kubeconfigs/merging';
import { plugins } from './kubeconfigs/plugins';
import { proxies } from './kubeconfigs/proxies';
import { trust } from './kubeconfigs/trust';
import { startWorld, type FileContent, type KubeconfigCase, type World } from './kubeconfigs/world';
import { yaml } from './kubeconfigs/yaml';

/** What came of one client's attempt with a set of kubeconfigs. */
interface Attempt {
  /** What the current context means; null when the client does not say. */
  readonly shown: { readonly server: string; readonly user: string; readonly namespace: string } | null;
  /** Whom the server took it for; null when pods were not listed. */
  readonly lists: Identity | null;
  /** What went through proxies. */
  readonly passed: readonly string[];
  /** What a plugin was told, as often as it ran. */
  readonly told: readonly unknown[];
  /** Why it was refused. */
  readonly why: string;
  readonly folder: string;
}

const themes = { merging, yaml, trust, identity, plugins, logins, proxies };
const run = promisify(execFile);
const noPods = '/api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Dnone';

let world: World;
let kubectl: string;
let root: string;
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'pullthrough-kubeconfigs-'));
  kubectl = path.join(await kubeAssets(['kubectl']), 'kubectl');
  world = await startWorld();
});
afterAll(() => {
  world.close();
  rmSync(root, { recursive: true, force: true });
});

describe.each(Object.entries(themes))('%s: kubectl and the app agree', (_theme, casesOf) => {
  test('on every kubeconfig', async () => {
    const differences: string[] = [];
    for (const each of casesOf(world)) differences.push(...(await compare(each)));
    expect(differences).toEqual([]);
  });
});

test('there are enough of them', () => {
  const names = Object.values(themes).flatMap((casesOf) => casesOf(world).map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(40);
});

async function compare(each: KubeconfigCase): Promise<string[]> {
  const theirs = await attempt(each, listWithKubectl);
  const ours = await attempt(each, listWithApp);
  const differences: string[] = [];
  const expectSame = (what: string, one: unknown, other: unknown) => {
    if (!isEqual(one, other))
      differences.push(
        `${each.name}: ${what}: ${JSON.stringify(one)}, not ${JSON.stringify(other)} (${theirs.why}) (${ours.why})`,
      );
  };
  const { unlike, stored } = each;
  expectSame('kubectl lists', theirs.lists?.user ?? null, each.lists);
  expectSame('the app lists', ours.lists?.user ?? null, unlike ? unlike.lists : each.lists);
  if (!unlike) expectSame('the app is seen as kubectl', ours.lists, theirs.lists);
  if (!unlike && each.lists !== null) {
    expectSame('what goes through proxies', distinct(ours.passed), distinct(theirs.passed));
    expectSame('what plugins are told', distinct(ours.told), distinct(theirs.told));
  }
  // what kubectl shows and cannot use, the app need not have as a context
  if (theirs.shown && !unlike && (ours.shown || each.lists !== null))
    expectSame('the app means', ours.shown, theirs.shown);
  if (!theirs.shown && !unlike && !each.hidden) expectSame('the app refuses as well', ours.lists, null);
  if (stored)
    for (const { folder } of [theirs, ours])
      expectSame('the file holds', await readTokens(path.join(folder, 'config'), 'the-user'), stored);
  if (ours.lists === null) expectSame('a reason without a secret', /of-ann|BEGIN|^$/.test(ours.why), false);
  return differences;
}

/** One client, in a folder of its own with the files of the case. */
async function attempt(each: KubeconfigCase, list: typeof listWithApp): Promise<Attempt> {
  const folder = mkdtempSync(path.join(root, 'case-'));
  for (const [name, content] of Object.entries(each.files)) write(folder, path.join(folder, name), content);
  const files = each.kubeconfig === undefined ? ['config'] : each.kubeconfig;
  const environment: Record<string, string> = { PATH: '/usr/bin:/bin', HOME: folder };
  if (files) environment['KUBECONFIG'] = files.map((file) => (file === '' ? '' : path.join(folder, file))).join(':');
  for (const [key, value] of Object.entries(each.environment ?? {}))
    environment[key] = value.replaceAll('{folder}', folder);
  const servers = Object.values(world.servers);
  for (const server of servers) server.seen.length = 0;
  for (const proxy of Object.values(world.proxies)) proxy.passed.length = 0;
  const { shown, listed, why } = await list(environment, folder);
  const told = ['told', 'bin/told'].map((name) => path.join(folder, name)).find((file) => existsSync(file));
  const seen = servers.flatMap((server) => server.seen);
  return {
    shown,
    lists: listed ? (seen.at(-1) ?? null) : null,
    passed: Object.values(world.proxies).flatMap((proxy) => proxy.passed),
    told:
      told === undefined
        ? []
        : readFileSync(told, 'utf8')
            .trim()
            .split('\n')
            .filter((line) => line !== '')
            .map((line): unknown => JSON.parse(line)),
    why,
    folder,
  };
}

interface Listing extends Pick<Attempt, 'shown' | 'why'> {
  readonly listed: boolean;
}

async function listWithKubectl(environment: Readonly<Record<string, string>>, folder: string): Promise<Listing> {
  const call = (...args: string[]) => {
    const running = run(kubectl, args, { env: environment, cwd: folder, timeout: 60_000 });
    // it asks for a name and a password where it has none
    running.child.stdin?.end();
    return running;
  };
  const view = await call('config', 'view', '--minify', '--flatten', '-o', 'json').catch(() => null);
  const listing = await call('get', '--raw', noPods, '--request-timeout=10s').then(
    () => '',
    (error: unknown) => (error as { stderr: string }).stderr.trim(),
  );
  return { shown: view && shownByKubectl(view.stdout), listed: listing === '', why: listing };
}

interface KubectlView {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly contexts: readonly { readonly context: { readonly user: string; readonly namespace?: string } }[];
}

function shownByKubectl(output: string): Attempt['shown'] {
  const { clusters, contexts } = JSON.parse(output) as KubectlView;
  const [context] = contexts;
  if (!context) return null;
  const { user, namespace } = context.context;
  return { server: clusters[0]?.cluster.server ?? '', user, namespace: namespace || 'default' };
}

async function listWithApp(environment: Readonly<Record<string, string>>, folder: string): Promise<Listing> {
  const files = kubeconfigFiles({ explicit: [], environment: environment['KUBECONFIG'], home: folder }, []);
  const searchPath = () => Promise.resolve(environment['PATH'] ?? '');
  const { current, contexts, broken } = readKubeconfigs(files, machineClock, Math.random, { environment, searchPath });
  const handle = contexts.find(({ name }) => name === current);
  const problems = broken.map(({ detail }) => detail).join('; ');
  if (!handle) return { shown: null, listed: false, why: problems || 'no current context' };
  const merged = readMergedConfig(files);
  const entry = merged.contexts.get(handle.name)?.value;
  const server = merged.clusters.get(entry?.cluster ?? '')?.value.server ?? '';
  const cluster = handle.connect();
  const pod = await cluster.readPod('default', 'none');
  cluster.close();
  const listed = pod === null;
  return {
    shown: { server, user: entry?.user ?? '', namespace: handle.namespace },
    listed,
    why: pod && 'unanswered' in pod ? pod.unanswered : '',
  };
}

function write(folder: string, file: string, content: FileContent): void {
  mkdirSync(path.dirname(file), { recursive: true });
  if (typeof content === 'object' && 'link' in content) {
    symlinkSync(content.link, file);
    return;
  }
  const script = typeof content === 'object' && 'script' in content ? content.script : null;
  const text = script ?? (typeof content === 'string' ? content : JSON.stringify(content));
  writeFileSync(file, text.replaceAll('{folder}', folder));
  if (script !== null) chmodSync(file, 0o755);
}

/** kubectl runs a plugin again for the certificate that it might give, and connects as often as it likes. */
function distinct(things: readonly unknown[]): readonly string[] {
  return [...new Set(things.map((thing) => JSON.stringify(thing)))];
}

function isEqual(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}
