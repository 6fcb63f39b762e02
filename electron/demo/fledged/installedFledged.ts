import { ClusterClient } from '../controllers/clusterClient';
import { Reconciler } from '../controllers/reconciler';
import { fieldsOf, listOf, textOf, type Pod } from '../objects';
import { startFledged, type FledgedOptions } from './fledged';

const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

/**
 * Does what the programs of an installed kube-fledged do, for as long as their pods run: the controller with the helper image
 * that its pod names, and the webhook's certificate in its configuration. Nothing is checked by the webhook.
 */
export async function runInstalledFledged(options: Omit<FledgedOptions, 'helperImage'>): Promise<{ stop(): void }> {
  const client = new ClusterClient(options.api, options.clock);
  const pods = client.informer<Pod>('pods');
  let controller: { readonly uid: string; stop(): void } | null = null;
  /** The webhook's pod whose certificate was written: it does so once, when it starts. */
  let certified = '';
  let stopped = false;
  // it may have been, while something was waited for
  const isStopped = () => stopped;

  const queue = new Reconciler(options.clock, look);
  async function look(): Promise<void> {
    const pod = readyPod(pods.list(), 'kubefledged-controller');
    if (controller && controller.uid !== pod?.metadata.uid) {
      controller.stop();
      controller = null;
    }
    if (pod && !controller && !stopped) {
      const started = await startFledged({ ...options, helperImage: helperImageOf(pod) });
      controller = { uid: pod.metadata.uid ?? '', stop: () => started.stop() };
      if (isStopped()) controller.stop();
    }
    const server = readyPod(pods.list(), 'kubefledged-webhook-server');
    const { uid = '' } = server?.metadata ?? {};
    if (server && !stopped && uid !== certified) {
      await certify(client, 'kubefledged-webhook-server', uid);
      certified = uid;
    }
  }

  await pods.synced;
  const unfollow = pods.onChange((after, before) => {
    if ((after ?? before)?.metadata.labels?.app === 'kubefledged') queue.add('programs');
  });
  return {
    stop() {
      stopped = true;
      unfollow();
      queue.stop();
      controller?.stop();
      client.stop();
    },
  };
}

function readyPod(pods: readonly Pod[], program: string): Pod | undefined {
  return pods.find(
    ({ metadata, status }) =>
      metadata.labels?.kubefledged === program &&
      metadata.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
}

function helperImageOf({ spec }: Pod): string {
  const variables = spec.containers.flatMap((container) => listOf(fieldsOf(container).env).map(fieldsOf));
  return textOf(variables.find(({ name }) => name === 'BUSYBOX_IMAGE')?.value) || 'senthilrch/busybox:1.35.0';
}

/** What the webhook's first container writes. */
async function certify(client: ClusterClient, name: string, pod: string): Promise<void> {
  const path = `${configurations}/${name}`;
  const configuration = await client.get(path);
  const [webhook] = listOf(configuration?.webhooks).map(fieldsOf);
  if (!webhook) return;
  const clientConfig = fieldsOf(webhook.clientConfig);
  const caBundle = Buffer.from(`certificate of ${pod}`).toString('base64');
  await client.merge(path, { webhooks: [{ ...webhook, clientConfig: { ...clientConfig, caBundle } }] });
}
