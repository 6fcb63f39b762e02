import type { RunningProcess, Workspace } from './workspace';

/**
 * Gives a node its own mounts and processes (mount_namespaces(7), pid_namespaces(7)): what its programs mount is
 * gone when they are, containers included, and the folders that they insist on are empty ones of its own.
 */
const hidden = ['/run', '/var/lib', '/var/log'];

/** The shell is process 1 and takes in orphans, which containerd as process 1 would not. */
const firstProcess = [
  'set -e',
  'mount --make-rshared /', // of the copies of mounts here; kubelet and containerd share them
  ...hidden.map((folder) => `mount -t tmpfs none ${folder}`),
  // settings of its own beside this machine's
  'mkdir /run/etc && cp -a /etc/. /run/etc && mount --bind /run/etc /etc',
  'while [ "$1" != -- ]; do mkdir -p "${1%/*}" && ln -sfn "$2" "$1"; shift 2; done; shift',
  '"$@" & wait $!',
].join('\n');

export interface IsolatedNode {
  readonly first: RunningProcess;
  /** Starts a further program beside the first one, which ends with it. */
  start(name: string, command: string, args: readonly string[]): RunningProcess;
}

/**
 * Starts a program as the first one of an isolated node. `usual`: the places where programs on a node look for something,
 * each with where it is here.
 */
export function isolate(
  workspace: Workspace,
  name: string,
  usual: Readonly<Record<string, string>>,
  command: string,
  args: readonly string[],
): IsolatedNode {
  const own = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const places = Object.entries(usual).flat();
  const first = workspace.start(name, 'unshare', [
    ...own,
    'sh',
    '-c',
    firstProcess,
    'sh',
    ...places,
    '--',
    command,
    ...args,
  ]);
  const of = `/proc/${String(first.pid)}/ns`;
  return {
    first,
    start: (other, otherCommand, otherArgs) =>
      workspace.start(other, 'nsenter', [
        `--mount=${of}/mnt`,
        `--pid=${of}/pid_for_children`,
        otherCommand,
        ...otherArgs,
      ]),
  };
}
