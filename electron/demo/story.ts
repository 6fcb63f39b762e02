import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../domain/settings';
import { defaultSettings } from '../domain/settings';
import type { Clock } from '../engine/ports';
import { NoAnswer } from '../kube/apiConnection';
import { everything } from './apiServer/authorization';
import { ClusterClient, inNamespace, paths } from './controllers/clusterClient';
import { fledgedImages } from '../domain/doctor/fledgedImages';
import { parseImageName } from './node/imageName';
import { kubeconfigText } from './kubeconfigText';
import { imageContent, RegistryWorld } from './node/registryWorld';
import type { Simulation } from './simulation';
import { startSimulation } from './simulation';
import type { DemoCluster, StoryStep } from './storyScript';
import {
  demoNodes,
  hubImages,
  mirrorOne,
  mirrorTwo,
  notOnMirrorOne,
  oldImages,
  reachableImages,
  story,
} from './storyScript';

export interface DemoOptions {
  readonly clock: Clock;
  /** Where the kubeconfig is written. */
  readonly directory: string;
}

export interface Demo {
  readonly kubeconfigPath: string;
  readonly settings: Settings;
  stop(): Promise<void>;
}

/** Waits of the engine that would outlast anybody's patience in a demo, in milliseconds. */
export const demoLimits = {
  restore: { firstPause: 20_000, longestPause: 120_000 },
} as const;

/** One cluster is only watched until somebody clicks; the other was agreed to, and heals by itself. */
const demoSettings: Settings = {
  ...defaultSettings,
  contexts: {
    'demo-production': { watch: true, auto: false, agreed: false },
    'demo-staging': { watch: true, auto: true, agreed: true },
  },
  mirrors: [mirrorOne, mirrorTwo].map((host) => ({ name: host, match: '*', template: `${host}/{host}/{path}` })),
};

const clusters = Object.keys(demoNodes) as DemoCluster[];

/** Starts both clusters and lets the story begin. */
export async function startDemo({ clock, directory }: DemoOptions): Promise<Demo> {
  const [production, staging] = await Promise.all([
    startCluster('demo-production', clock),
    startCluster('demo-staging', clock),
  ]);
  const simulations: Readonly<Record<DemoCluster, Simulation>> = {
    'demo-production': production,
    'demo-staging': staging,
  };
  const kubeconfigPath = path.join(directory, 'kubeconfig');
  const accesses = clusters.map((name) => simulations[name].accessFor('demo', name));
  writeFileSync(kubeconfigPath, kubeconfigText(accesses), { mode: 0o600 });

  let stopped = false;
  const cancels = new Set<() => void>();
  for (const step of story) {
    if (step.at === 0) {
      await perform(step, simulations[step.cluster], clock);
      continue;
    }
    const cancel = clock.after(step.at, () => {
      cancels.delete(cancel);
      perform(step, simulations[step.cluster], clock).catch((error: unknown) => {
        // the demo was stopped while this step was on its way
        if (!(stopped && error instanceof NoAnswer)) throw error;
      });
    });
    cancels.add(cancel);
  }

  return {
    kubeconfigPath,
    settings: demoSettings,
    async stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
      await Promise.all(clusters.map((name) => simulations[name].stop()));
    },
  };
}

async function startCluster(name: DemoCluster, clock: Clock): Promise<Simulation> {
  const simulation = await startSimulation({
    nodes: demoNodes[name].map((node) => ({ name: node, hostname: node })),
    users: { demo: everything },
    registries: demoWorld(),
    clock,
    timings: { imageStatusMs: 3000, exitAfterMs: 300 },
    // the other one shows how the app does without it
    fledged: name === 'demo-production',
  });
  for (const image of name === 'demo-production' ? oldImages : []) {
    const known = parseImageName(image);
    if (!known) continue;
    for (const kubelet of simulation.kubelets) kubelet.images.load(known, imageContent(known.normalised));
  }
  return simulation;
}

/** Docker Hub does not answer, other registries do, and there are two mirrors of everything. */
function demoWorld(): RegistryWorld {
  const world = new RegistryWorld();
  const hub = world.host('docker.io');
  hub.answer = 'timeout';
  hub.failMs = 2500;
  hub.pullMs = 2000;
  for (const host of ['ghcr.io', 'quay.io']) Object.assign(world.host(host), { pullMs: 1200, failMs: 400 });
  const first = world.host(mirrorOne);
  first.pullMs = 2500;
  first.failMs = 600;
  first.allows = (repository) => !notOnMirrorOne.some((refused) => repository.endsWith(`/${refused}`));
  world.host(mirrorTwo).pullMs = 4000;
  for (const image of [...hubImages, ...reachableImages, ...Object.values(fledgedImages)]) {
    const content = parseImageName(image)?.normalised ?? image;
    for (const reference of [content, `${mirrorOne}/${content}`, `${mirrorTwo}/${content}`]) {
      world.publish(reference, { content });
    }
  }
  return world;
}

async function perform(step: StoryStep, simulation: Simulation, clock: Clock): Promise<void> {
  if (step.is === 'reach') {
    simulation.registries.host('docker.io').open.add(step.repository);
    return;
  }
  if (step.is === 'collect-image') {
    for (const kubelet of simulation.kubelets) kubelet.collectImage(step.image);
    return;
  }
  const client = new ClusterClient(simulation.apiFor('admin'), clock);
  const { namespace, name, replicas } = step;
  const deployments = inNamespace(paths.deployments, namespace);
  if (step.is === 'scale') {
    await client.merge(`${deployments}/${name}`, { spec: { replicas } });
    return;
  }
  await client.create('/api/v1/namespaces', { metadata: { name: namespace } }, [409]);
  const labels = { app: name };
  await client.create(deployments, {
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image: step.image }] } },
    },
  });
}
