import { defaultSettings, type Settings } from '../../../electron/domain/settings';
import { createApplication, type Application } from '../../../electron/engine/application';
import { machineClock } from '../../../electron/engine/machineClock';
import type { Cluster, ContextHandle, ContextSource, PodEvent } from '../../../electron/engine/ports';
import { kubeconfigSource } from '../../../electron/kube/kubeconfig';
import { answerWith, type Heard } from './measuring';

/** The engine as the headless command runs it, in watch mode. Its journal and its state have nothing to keep. */
answerWith(
  ({ kubeconfig, contexts }, heard) => {
    const settings: Settings = {
      ...defaultSettings,
      contexts: Object.fromEntries(contexts.map((name) => [name, { watch: true, auto: false, agreed: false }])),
    };
    return new Promise((resolve) => {
      const waiting = new Set(contexts);
      const application = createApplication({
        settings: { read: () => settings, write: () => undefined },
        journal: { path: '', load: () => ({ entries: [], problem: null }), record: () => undefined },
        contexts: overheard(
          kubeconfigSource(
            { explicit: [kubeconfig], environment: undefined, home: '/nowhere' },
            machineClock,
            Math.random,
          ),
          (event) => {
            follow(event, () => application, heard);
          },
        ),
        clock: machineClock,
        demo: false,
      });
      application.onEvent(({ event, context, pod, why, ...rest }) => {
        if (event === 'failure' && pod !== undefined) {
          // the first one of a namespace has to wait until it is known whether the namespace is opted out
          heard.knows(pod);
          heard.tells(pod);
        }
        if (event !== 'context-status') return;
        const { status } = rest;
        if (status !== 'live') throw new Error(`the watch of ${context} fails: ${String(status)} ${why ?? ''}`);
        waiting.delete(context);
        if (waiting.size === 0) resolve(application.state().contexts.reduce((sum, { pods }) => sum + pods, 0));
      });
    });
  },
  { tells: true },
);

/** The same contexts, whose pod events are told once the engine has handled them. */
function overheard(source: ContextSource, handled: (event: PodEvent) => void): ContextSource {
  return {
    follow: (extra, listener) =>
      source.follow(extra, (reading) => {
        listener({ ...reading, contexts: reading.contexts.map((handle) => overheardContext(handle, handled)) });
      }),
  };
}

function overheardContext(handle: ContextHandle, handled: (event: PodEvent) => void): ContextHandle {
  return {
    ...handle,
    connect: () => {
      const cluster = handle.connect();
      const own = cluster.watchPods.bind(cluster);
      const watchPods: Cluster['watchPods'] = (namespaces, listener) =>
        own(namespaces, (event) => {
          listener(event);
          handled(event);
        });
      return Object.assign(cluster, { watchPods });
    },
  };
}

function follow(event: PodEvent, application: () => Application, heard: Heard): void {
  if (event.is !== 'changed') return;
  heard.changed();
  const { name, uid } = event.pod;
  if (!heard.awaits(name)) return;
  const incident = application()
    .state()
    .incidents.find(({ pods }) => pods.some((pod) => pod.uid === uid));
  if (incident) heard.knows(name);
}
