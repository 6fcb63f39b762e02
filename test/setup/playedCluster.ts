import { afterEach } from 'vitest';
import { noLimits, type MirrorLimits } from '../../electron/domain/mirrors/mirrorBudget';
import type { ContainerState, PodSnapshot } from '../../electron/domain/podSnapshot';
import { defaultSettings, type ContextSettings, type Settings } from '../../electron/domain/settings';
import { createApplication, type Application } from '../../electron/engine/application';
import type { ApplicationParts } from '../../electron/engine/applicationParts';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import { FakeCluster } from './fakeCluster';
import { HandClock } from './handClock';
import { waiting } from './pods';

/** An application in front of a cluster whose kubelets a test plays, in a time that a test turns. */

export const nginx = 'nginx:1.25';
export const through = (mirror: string, image = nginx) => `${mirror}.example/docker.io/library/${image}`;
export const pulling = (image: string, why: string) =>
  waiting('ErrImagePull', `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${why}`);
export const missing = (image: string) => pulling(image, `${image}: not found`);
export const backOff = (image: string) => waiting('ImagePullBackOff', `Back-off pulling image "${image}"`);
export const running: ContainerState = { is: 'running' };

const applications: Application[] = [];
afterEach(async () => {
  await Promise.all(applications.splice(0).map((each) => each.stop()));
});

interface Options {
  /** With answers of its own; one that has these pods and no more when absent. */
  readonly cluster?: FakeCluster;
  readonly auto?: boolean;
  readonly mirrors?: readonly string[];
  readonly limits?: (host: string) => MirrorLimits;
  readonly parts?: Partial<ApplicationParts>;
  readonly settings?: Partial<Settings>;
  /** Whether the pods have been listed when the test begins; they have when absent. */
  readonly listed?: boolean;
  /** Stands still until it is turned when absent. */
  readonly clock?: HandClock;
}

/** An application that watches one cluster with these pods in it, once for each context of the settings. */
export async function start(pods: readonly PodSnapshot[], options: Options = {}) {
  const { auto = true, mirrors = ['one', 'two'], limits = () => noLimits } = options;
  const { clock = new HandClock(), cluster = new FakeCluster(pods) } = options;
  const context: ContextSettings = { watch: true, auto, agreed: true };
  let settings: Settings = {
    ...defaultSettings,
    contexts: { prod: context },
    mirrors: mirrors.map((name) => ({ name, match: '*', template: `${name}.example/{host}/{path}` })),
    ...options.settings,
  };
  const application = createApplication({
    settings: {
      read: () => settings,
      write: (changed) => {
        settings = changed;
      },
    },
    journal: { path: '', load: () => ({ entries: [], problem: null }), record: () => undefined },
    contexts: {
      follow: (_extra, listener) => {
        const handle = { server: '', namespace: '', fingerprint: '', connect: () => cluster };
        const contexts = Object.keys(settings.contexts).map((name) => ({ ...handle, name }));
        listener({ files: ['/kubeconfig'], broken: [], contexts, current: null });
        return () => undefined;
      },
    },
    clock,
    demo: false,
    limits: { mirrors: limits },
    ...options.parts,
  });
  applications.push(application);
  const events: EngineEvent[] = [];
  application.onEvent((event) => events.push(event));
  if (options.listed !== false) cluster.list();
  /** Lets time pass, and everything happen that was waiting for it. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= Math.min(left, 500)) {
      clock.advance(Math.min(left, 500));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
  };
  await pass(100);
  const incident = () => application.state().incidents[0];
  const mirror = (name: string) => application.state().mirrors.find(({ host }) => host === `${name}.example`);
  return { clock, cluster, application, events, pass, incident, mirror };
}
