import { startApiServer } from '../../../electron/demo/apiServer/apiServer';
import { everything } from '../../../electron/demo/apiServer/authorization';
import { builtIn } from '../../../electron/demo/apiServer/resources';
import { Store } from '../../../electron/demo/apiServer/store';
import type { KubeObject } from '../../../electron/demo/objects';
import { machineClock } from '../../../electron/engine/machineClock';
import { ApiConnection } from '../../../electron/kube/apiConnection';
import { send } from '../../cluster/objects';
import type { ServerAccess } from './benchCluster';
import { templateManifest, templateStatus, type PodCondition } from './benchPods';
import { managedFields } from './managedFields';
import { namespaces, podMarks, podName, templateMarks } from './podMarks';
import { PodTemplate } from './podTemplate';

/** What the process of the simulated API server is asked. Each is answered with its `id`. */
export type SimulatedTask =
  | {
      readonly do: 'write';
      readonly id: number;
      readonly number: number;
      readonly turn: number;
      readonly condition: PodCondition;
    }
  | { readonly do: 'forget'; readonly id: number };

export type SimulatedNews =
  { readonly is: 'ready'; readonly access: ServerAccess } | { readonly is: 'done'; readonly id: number };

/** How many changes a watcher can catch up on. */
const history = 20_000;

async function serve(): Promise<void> {
  const admin = { name: 'admin', token: 'admin', rules: everything };
  const store = new Store(history);
  const server = await startApiServer({ users: [admin], clock: machineClock, store });
  const options = { ca: server.ca, headers: { Authorization: `Bearer ${admin.token}` } };
  const api = new ApiConnection({ server: server.url, options: () => Promise.resolve(options) });
  for (const name of [...namespaces, templateMarks.namespace])
    await send(api, { method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  const templates = { running: await template(api, 'running'), failing: await template(api, 'failing') };
  api.close();
  process.on('message', (message) => {
    const task = message as SimulatedTask;
    if (task.do === 'write') {
      const bytes = templates[task.condition].render(podMarks(task.number, task.turn));
      store.put(builtIn.pods, JSON.parse(bytes.toString('latin1')) as KubeObject);
    } else server.compact();
    tell({ is: 'done', id: task.id });
  });
  process.on('disconnect', () => process.exit());
  tell({ is: 'ready', access: { server: server.url, ca: server.ca, token: admin.token } });
}

/** A pod as the simulated server makes it, with what a real one adds besides, as JSON. */
async function template(api: ApiConnection, condition: PodCondition): Promise<PodTemplate> {
  const path = `/api/v1/namespaces/${templateMarks.namespace}/pods`;
  const name = podName(templateMarks);
  await send(api, { method: 'POST', path, body: templateManifest() });
  const made = (await send(api, {
    method: 'PATCH',
    path: `${path}/${name}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: templateStatus(condition) },
  })) as KubeObject;
  await send(api, { method: 'DELETE', path: `${path}/${name}`, body: { gracePeriodSeconds: 0 } });
  const { uid = '', creationTimestamp = '' } = made.metadata;
  const { metadata, spec, status } = made;
  const written = managedFields({ metadata, spec, status }, { manager: 'bench', time: creationTimestamp });
  const whole = { ...made, metadata: { ...metadata, managedFields: written } };
  return new PodTemplate(Buffer.from(JSON.stringify(whole), 'latin1'), { ...templateMarks, uid });
}

function tell(news: SimulatedNews): void {
  process.send?.(news, undefined, undefined, (error) => {
    // the bench was interrupted: there is nobody left to serve
    if (error) process.exit(1);
  });
}

void serve();
