import { KubeConfig } from '@kubernetes/client-node';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApiServer } from '../../electron/demo/apiServer/apiServer';
import { everything } from '../../electron/demo/apiServer/authorization';
import { kubeconfigText } from '../../electron/demo/kubeconfigText';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { kubeAssets, whyNoAssets } from '../cluster/assets';
import { startControlPlane } from '../cluster/controlPlane';
import { send } from '../cluster/objects';
import type { Workspace } from '../cluster/workspace';
import type { ServerAccess } from './measurement';

export interface BenchServer {
  /** What it is, for people. */
  readonly name: string;
  readonly api: ApiConnection;
  readonly access: ServerAccess;
  stop(): Promise<void>;
}

/**
 * A real API server with its etcd and nothing else, or the simulated one in this process where the programs are
 * missing or `simulated` asks for it.
 * @param history of how many changes the simulated server lets a watcher catch up on
 */
export async function startBenchServer(
  workspace: Workspace,
  { simulated, history, say }: { simulated: boolean; history: number; say: (line: string) => void },
): Promise<BenchServer> {
  const obstacle = whyNoAssets(['etcd', 'kube-apiserver']);
  if (!simulated && obstacle === null) return realServer(workspace);
  if (!simulated && obstacle !== null) say(`measuring against the simulated API server instead: ${obstacle}`);
  return simulatedServer(workspace, history);
}

async function realServer(workspace: Workspace): Promise<BenchServer> {
  const programs = await kubeAssets(['etcd', 'kube-apiserver']);
  const { api, credentials } = await startControlPlane(workspace, { programs, nodes: [], controllers: false });
  const { gitVersion } = (await send(api, { method: 'GET', path: '/version' })) as { gitVersion: string };
  return {
    name: `kube-apiserver ${gitVersion}`,
    api,
    // an administrator whom the audit log leaves out, so that no record is written for these requests
    access: accessOf(credentials.kubeconfig('admin')),
    stop() {
      api.close();
      return Promise.resolve();
    },
  };
}

async function simulatedServer(workspace: Workspace, history: number): Promise<BenchServer> {
  const admin = { name: 'admin', token: 'admin', rules: everything };
  const server = await startApiServer({ users: [admin], clock: machineClock, history });
  const options = { ca: server.ca, headers: { Authorization: `Bearer ${admin.token}` } };
  const api = new ApiConnection({ server: server.url, options: () => Promise.resolve(options) });
  const kubeconfig = join(workspace.folder, 'kubeconfig');
  const access = { context: admin.name, server: server.url, ca: server.ca, token: admin.token };
  writeFileSync(kubeconfig, kubeconfigText([access]), { mode: 0o600 });
  return {
    name: 'the simulated API server',
    api,
    access: accessOf(kubeconfig),
    async stop() {
      api.close();
      await server.stop();
    },
  };
}

function accessOf(kubeconfig: string): ServerAccess {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { server = '', caData = '' } = config.getCurrentCluster() ?? {};
  return {
    kubeconfig,
    server,
    ca: Buffer.from(caData, 'base64').toString('utf8'),
    token: config.getCurrentUser()?.token ?? '',
  };
}
