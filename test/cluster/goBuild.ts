import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { AssetName } from './assets';
import { withFileLock } from './fileLock';

const run = promisify(execFile);

interface Build {
  readonly name: AssetName;
  /** Where the program shall be. */
  readonly path: string;
  /** Folder for the lock and for unfinished work. */
  readonly home: string;
  readonly versions: { readonly kubernetes: string; readonly etcd: string };
  /** Whether somebody else has built it in the meantime. */
  readonly isDone: () => boolean;
}

/** Builds one program from its published Go module. Only one at a time on a machine: each takes all its cores. */
export async function buildAsset(build: Build): Promise<void> {
  await mkdir(dirname(build.path), { recursive: true });
  await withFileLock(join(build.home, 'build.lock'), async () => {
    if (build.isDone()) return;
    await refuseOldGo();
    process.stderr.write(`building ${build.name} from its Go module, some minutes the first time\n`);
    const module = await mkdtemp(join(build.home, 'module-'));
    try {
      const { command, flags } = build.name === 'etcd' ? await etcd(module, build) : await kubernetes(module, build);
      const unfinished = join(module, build.name);
      await go(module, ['build', '-mod=mod', '-trimpath', '-ldflags', flags, '-o', unfinished, command]);
      await rename(unfinished, build.path);
    } finally {
      await rm(module, { recursive: true, force: true });
    }
  });
}

async function refuseOldGo(): Promise<void> {
  const { stdout } = await run('go', ['env', 'GOVERSION']);
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > 1 || Number(minor) >= 25) return;
  throw new Error(`Go 1.25 or newer is needed to build Kubernetes; this one is ${stdout.trim()}.`);
}

interface Command {
  readonly command: string;
  /** For the linker. */
  readonly flags: string;
}

async function etcd(folder: string, { versions }: Build): Promise<Command> {
  const command = 'go.etcd.io/etcd/server/v3';
  await writeFile(join(folder, 'go.mod'), goMod(command, versions.etcd));
  return { command, flags: '-s -w' };
}

/**
 * k8s.io/kubernetes replaces its staging modules by folders of its repository, which a module that requires it
 * does not have; they are published too, as v0.x of v1.x, and are named here instead.
 */
async function kubernetes(folder: string, { name, versions }: Build): Promise<Command> {
  const version = versions.kubernetes;
  const downloaded = await go(folder, ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`]);
  const { GoMod } = JSON.parse(downloaded) as { GoMod: string };
  const staged = (await readFile(GoMod, 'utf8')).matchAll(/^\s*(?:replace )?(k8s\.io\/[a-z0-9-]+) => \.\/staging/gm);
  const staging = `v${version.replace(/^1\./, '0.')}`;
  const paths = new Set([...staged].map(([, path]) => path));
  const replacements = [...paths].map((path) => `replace ${String(path)} => ${String(path)} ${staging}\n`);
  await writeFile(join(folder, 'go.mod'), [goMod('k8s.io/kubernetes', version), ...replacements].join(''));
  const set = (key: string, value: string) => `-X k8s.io/component-base/version.${key}=${value}`;
  const [major = '', minor = ''] = version.split('.');
  const flags = ['-s -w', set('gitVersion', `v${version}`), set('gitMajor', major), set('gitMinor', minor)];
  return { command: `k8s.io/kubernetes/cmd/${name}`, flags: flags.join(' ') };
}

function goMod(required: string, version: string): string {
  return `module kubeassets\n\ngo 1.25\n\nrequire ${required} v${version}\n`;
}

async function go(folder: string, args: readonly string[]): Promise<string> {
  try {
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
    const { stdout } = await run('go', args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const end = (stderr ?? String(error)).trim().split('\n').slice(-8).join('\n');
    throw new Error(`go ${args.slice(0, 2).join(' ')} failed:\n${end}`, { cause: error });
  }
}
