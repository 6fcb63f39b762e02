import { mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Containerd } from './containerd';
import { freePorts } from './ports';
import type { RunningProcess, Workspace } from './workspace';

export interface KubeletOptions {
  /** The node's name. */
  readonly name: string;
  /** Its kubernetes.io/hostname label. */
  readonly hostname: string;
  readonly program: string;
  readonly kubeconfig: string;
  readonly containerd: Containerd;
}

const cgroups = '/sys/fs/cgroup';
/** What a kubelet sets on its machine (k8s.io/component-helpers/node/util/sysctl), to be put back at the end. */
const settings = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'].concat(
  ['root_maxkeys', 'root_maxbytes'].map((name) => `kernel/keys/${name}`),
);

/** A kubelet that can be ended and started again on the same node. */
export class Kubelet {
  static async prepare(workspace: Workspace, options: KubeletOptions): Promise<Kubelet> {
    const folder = join(workspace.folder, options.name);
    const cgroup = `pullthrough-${workspace.id}-${options.name}`;
    const [port] = await freePorts(1);
    for (const setting of settings) {
      const path = `/proc/sys/${setting}`;
      workspace.undoLater({ setting: path, value: await readFile(path, 'utf8') });
    }
    workspace.undoLater({ cgroup });
    await makeCgroup(cgroup);
    await mkdir(staticPods(folder), { recursive: true });
    const config = configuration(folder, { cgroup, socket: options.containerd.socket, port: port ?? 0 });
    await writeFile(join(folder, 'kubelet.json'), JSON.stringify(config));
    return new Kubelet(folder, options);
  }

  private running: RunningProcess | null = null;

  private constructor(
    private readonly folder: string,
    private readonly options: KubeletOptions,
  ) {}

  start(): RunningProcess {
    const { name, hostname, program, kubeconfig, containerd } = this.options;
    this.running = containerd.node.start(`kubelet-${name}`, program, [
      `--config=${this.folder}/kubelet.json`,
      `--kubeconfig=${kubeconfig}`,
      `--root-dir=${this.folder}/kubelet`,
      `--cert-dir=${this.folder}/kubelet/certificates`,
      `--hostname-override=${name}`,
      `--node-labels=kubernetes.io/hostname=${hostname}`,
      '--v=2',
    ]);
    return this.running;
  }

  /** Runs a pod from a file, without the API server. */
  async placeStaticPod(name: string, pod: object): Promise<void> {
    const place = join(staticPods(this.folder), `${name}.json`);
    // the kubelet looks past names with a dot in front
    const unfinished = join(staticPods(this.folder), `.${name}.json`);
    await writeFile(unfinished, JSON.stringify(pod));
    await rename(unfinished, place);
  }

  /** Ends all pods that it runs from files. */
  async removeStaticPods(): Promise<void> {
    for (const file of await readdir(staticPods(this.folder))) await rm(join(staticPods(this.folder), file));
  }

  /** Ends it, and makes it forget which images it has pulled under which names (KEP-2535). */
  async stopAndForgetImages(): Promise<void> {
    await this.running?.stop();
    this.running = null;
    await rm(join(this.folder, 'kubelet', 'image_manager'), { recursive: true, force: true });
  }
}

/** A group for the node's pods, in the one tree of version 2 or in each controller's tree of version 1. */
async function makeCgroup(name: string): Promise<void> {
  const entries = await readdir(cgroups, { withFileTypes: true });
  if (entries.some((entry) => entry.name === 'cgroup.controllers')) {
    const controllers = (await readFile(join(cgroups, 'cgroup.controllers'), 'utf8')).trim().split(' ');
    const enabled = controllers.map((controller) => `+${controller}`).join(' ');
    await writeFile(join(cgroups, 'cgroup.subtree_control'), enabled);
    mkdirSync(join(cgroups, name));
    return;
  }
  const hierarchies = entries.filter((entry) => entry.isDirectory());
  for (const hierarchy of hierarchies) mkdirSync(join(cgroups, hierarchy.name, name));
}

function staticPods(folder: string): string {
  return join(folder, 'static-pods');
}

/** See the KubeletConfiguration reference (kubelet.config.k8s.io/v1beta1). */
function configuration(folder: string, own: { cgroup: string; socket: string; port: number }) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    address: '127.0.0.1',
    port: own.port,
    healthzPort: 0,
    readOnlyPort: 0,
    containerRuntimeEndpoint: `unix://${own.socket}`,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${own.cgroup}`,
    enforceNodeAllocatable: [],
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    resolvConf: '',
    staticPodPath: staticPods(folder),
    podLogsDir: `${folder}/pod-logs`,
    volumePluginDir: `${folder}/volume-plugins`,
    // images stay until a test removes them, and pods until the machine is really full
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
  };
}
