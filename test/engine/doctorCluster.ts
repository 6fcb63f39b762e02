import { everything, type Rule } from '../../electron/demo/apiServer/authorization';
import { RegistryWorld } from '../../electron/demo/node/registryWorld';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { fledgedImages } from '../../electron/domain/doctor/fledgedImages';
import type { Finding } from '../../electron/domain/doctor/examination';
import { pathOf, refOf, type KubeObject } from '../../electron/domain/kubeObject';
import { defaultSettings } from '../../electron/domain/settings';
import type { ActivityEntry } from '../../electron/domain/appState';
import { ClusterWrites } from '../../electron/engine/clusterWrites';
import { Doctor } from '../../electron/engine/doctor/doctor';
import { machineClock } from '../../electron/engine/machineClock';
import type { Cluster } from '../../electron/engine/ports';
import { KubeCluster } from '../../electron/kube/cluster';
import { eventually } from '../setup/eventually';

const mirror = 'first.example';
export const mirrors = [{ name: mirror, match: '*', template: `${mirror}/{host}/{path}` }];

/** A simulated cluster whose nodes reach one mirror and not Docker Hub, and a doctor for each of its users. */
export class DoctorCluster {
  static async start(users: Readonly<Record<string, readonly Rule[]>> = {}, minor = 35): Promise<DoctorCluster> {
    const registries = new RegistryWorld();
    registries.host('docker.io').answer = 'timeout';
    for (const image of Object.values(fledgedImages)) registries.publish(`${mirror}/${image}`);
    const simulation = await startSimulation({
      clock: machineClock,
      nodes: [
        { name: 'node-1', hostname: 'host-1' },
        { name: 'node-2', hostname: 'host-2' },
      ],
      registries,
      users: { app: everything, ...users },
      fledged: false,
      minor,
      timings: { backOffMs: 200, maxBackOffMs: 600, imageStatusMs: 50 },
    });
    // kube-fledged is to come from a registry like everything else
    for (const kubelet of simulation.kubelets) kubelet.reset();
    return new DoctorCluster(simulation);
  }

  readonly activity: Omit<ActivityEntry, 'id' | 'at' | 'context'>[] = [];
  private constructor(readonly simulation: Simulation) {}

  /** `later`: milliseconds by which its time is ahead. `through`: what stands between it and its cluster. */
  doctor(
    user = 'app',
    {
      later = 0,
      retag = false,
      inUse = [] as readonly string[],
      through = (cluster: Cluster): Cluster => cluster,
    } = {},
  ): Doctor {
    const clock = { ...machineClock, now: () => machineClock.now() + later };
    const cluster = through(new KubeCluster(this.simulation.apiFor(user), clock, Math.random, 'default'));
    return new Doctor({
      cluster,
      writes: new ClusterWrites(cluster, (entry) => this.activity.push(entry), false, clock),
      clock,
      question: () => ({
        fledgedNamespace: '',
        retagNamespace: defaultSettings.retagNamespace,
        namespaces: [],
        ownNamespaces: ['default'],
        prepull: false,
      }),
      choices: () => ({ mirrors, noProxy: [], allowList: null, retag, inUse: (name) => inUse.includes(name) }),
    });
  }

  /** Finding by its id, of an examination of its own. */
  async findings(user = 'app', options: Parameters<DoctorCluster['doctor']>[1] = {}): Promise<Map<string, Finding>> {
    const { findings } = await this.doctor(user, options).examine('en');
    return new Map(findings.map((finding) => [finding.id, finding]));
  }

  async create(...objects: readonly KubeObject[]): Promise<void> {
    for (const object of objects) {
      const path = pathOf({ ...refOf(object), name: '' });
      const answer = await this.admin.request({ method: 'POST', path, body: object });
      if (answer.status !== 201) throw new Error(`${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    }
  }

  async read(path: string): Promise<KubeObject> {
    return (await this.admin.request({ method: 'GET', path })).body as KubeObject;
  }

  async merge(path: string, body: object): Promise<void> {
    const contentType = 'application/merge-patch+json';
    const answer = await this.admin.request({ method: 'PATCH', path, contentType, body });
    if (answer.status !== 200) throw new Error(`${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
  }

  /** Scales a Deployment to 0, until its controller has said so: what it writes later would be another version. */
  async putToSleep(path: string): Promise<void> {
    await this.merge(path, { spec: { replicas: 0 } });
    await eventually(async () => {
      const { metadata, status } = (await this.read(path)) as {
        metadata: { generation?: number };
        status?: { observedGeneration?: number; replicas?: number };
      };
      return status?.observedGeneration === metadata.generation && (status?.replicas ?? 0) === 0;
    }, 20_000);
  }

  /** What is gone already counts as removed. */
  async remove(path: string): Promise<void> {
    const answer = await this.admin.request({ method: 'DELETE', path });
    if (answer.status !== 200 && answer.status !== 404) throw new Error(`${path}: ${String(answer.status)}`);
  }

  /** Until kube-fledged has done its work on an ImageCache, with this outcome. */
  async ended(path: string, outcome: string): Promise<void> {
    await eventually(async () => {
      const { status } = (await this.read(path)) as { status?: { status: string } };
      if (status?.status === outcome) return true;
      throw new Error(JSON.stringify(status));
    }, 20_000);
  }

  /** Until an examination finds it so. */
  until(id: string, isSo: (finding: Finding) => boolean): Promise<Finding> {
    return eventually(async () => {
      const finding = (await this.findings()).get(id);
      if (finding && isSo(finding)) return finding;
      throw new Error(`${id}: ${finding?.sentence ?? 'no such finding'}`);
    }, 20_000);
  }

  private get admin() {
    return this.simulation.apiFor('admin');
  }
}
