import { kubeAssets } from '../../cluster/assets';
import { startControlPlane } from '../../cluster/controlPlane';
import { send } from '../../cluster/objects';
import type { Workspace } from '../../cluster/workspace';
import type { ApiConnection } from '../../../electron/kube/apiConnection';
import { accessIn } from './accessFiles';
import type { BenchCluster } from './benchCluster';
import { templateManifest, templateStatus, type PodCondition } from './benchPods';
import { Etcd } from './etcd';
import { namespaces, podMarks, podName, templateMarks } from './podMarks';
import { PodTemplate } from './podTemplate';

/** A real API server with its etcd and nothing else. Pods are written straight into etcd. */
export async function startRealCluster(workspace: Workspace): Promise<BenchCluster> {
  const programs = await kubeAssets(['etcd', 'kube-apiserver']);
  const plane = await startControlPlane(workspace, { programs, nodes: [], controllers: false });
  const { api, credentials } = plane;
  const { gitVersion } = (await send(api, { method: 'GET', path: '/version' })) as { gitVersion: string };
  const etcd = new Etcd(plane.etcd);
  for (const name of namespaces) await createNamespace(api, name);
  await createNamespace(api, templateMarks.namespace);
  const templates = {
    running: await storedTemplate(api, etcd, 'running'),
    failing: await storedTemplate(api, etcd, 'failing'),
  };
  return {
    name: `kube-apiserver ${gitVersion}`,
    pid: plane.apiServerPid(),
    // an administrator whom the audit log leaves out, so that no record is written for these requests
    access: accessIn(credentials.kubeconfig('admin')),
    write(number, turn, condition) {
      const marks = podMarks(number, turn);
      return etcd.put(keyOf(marks.namespace, podName(marks)), templates[condition].render(marks));
    },
    forget: () => etcd.compact(),
    stop() {
      etcd.close();
      api.close();
      return Promise.resolve();
    },
  };
}

/**
 * The API server itself makes one pod of each condition, with all that it adds, and in the form in which it stores
 * pods: protobuf in its own envelope. What is stored is the template.
 */
async function storedTemplate(api: ApiConnection, etcd: Etcd, condition: PodCondition): Promise<PodTemplate> {
  const { namespace } = templateMarks;
  const name = podName(templateMarks);
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const made = (await send(api, { method: 'POST', path, body: templateManifest() })) as { metadata: { uid: string } };
  await send(api, {
    method: 'PATCH',
    path: `${path}/${name}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: templateStatus(condition) },
  });
  const bytes = await etcd.get(keyOf(namespace, name));
  await send(api, { method: 'DELETE', path: `${path}/${name}`, body: { gracePeriodSeconds: 0 } });
  return new PodTemplate(bytes, { ...templateMarks, uid: made.metadata.uid });
}

async function createNamespace(api: ApiConnection, name: string): Promise<void> {
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await send(api, { method: 'POST', path: '/api/v1/namespaces', body });
}

function keyOf(namespace: string, name: string): string {
  return `/registry/pods/${namespace}/${name}`;
}
