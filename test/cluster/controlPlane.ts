import { join } from 'node:path';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { AuditLog } from './auditLog';
import { Credentials } from './credentials';
import { freePorts } from './ports';
import type { RunningProcess, Workspace } from './workspace';

export interface ControlPlaneOptions {
  /** Folder of the programs. */
  readonly programs: string;
  /** Nodes that will talk to it with a user of their own. */
  readonly nodes: readonly string[];
  /** Without them nobody makes service accounts, which pods need, or says that a new node is ready for pods. */
  readonly controllers: boolean;
  /** Somebody makes service accounts, although there are no controllers; so pods are given what theirs says. */
  readonly serviceAccounts?: boolean;
}

export interface ControlPlane {
  readonly api: ApiConnection;
  readonly credentials: Credentials;
  readonly audit: AuditLog;
  /** Ends the API server, as asked for or at once, and starts it again; `meanwhile` runs while there is none. */
  restartApiServer(how: 'asked' | 'killed', meanwhile?: () => Promise<void>): Promise<void>;
  /** Of the API server's process, which is another one after a restart. */
  apiServerPid(): number;
  /** The URL at which etcd serves its clients. */
  readonly etcd: string;
}

/** From the range that is reserved for documentation: it is published as an endpoint, and never connected to. */
const nobodysAddress = '203.0.113.1';

/** etcd and kube-apiserver on 127.0.0.1, and with `controllers` the controller manager and the scheduler. */
export async function startControlPlane(workspace: Workspace, options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder } = workspace;
  const [etcdPort, peerPort, port, managerPort, schedulerPort] = (await freePorts(5)).map(String);
  const etcd = `http://127.0.0.1:${String(etcdPort)}`;
  const [credentials, audit] = await Promise.all([
    Credentials.make(folder, `https://127.0.0.1:${String(port)}`, options.nodes),
    AuditLog.prepare(folder),
  ]);
  const program = (name: string) => join(options.programs, name);

  workspace.start('etcd', program('etcd'), [
    `--data-dir=${folder}/etcd`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=http://127.0.0.1:${String(peerPort)}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]);
  const { files } = credentials;
  const { controllers, serviceAccounts = controllers } = options;
  const withoutPlugins = [
    ...(serviceAccounts ? [] : ['ServiceAccount']),
    ...(controllers ? [] : ['TaintNodesByCondition']),
  ];
  const flags = [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${String(port)}`,
    `--advertise-address=${nobodysAddress}`,
    `--tls-cert-file=${files.cert}`,
    `--tls-private-key-file=${files.key}`,
    `--token-auth-file=${files.tokens}`,
    '--authorization-mode=Node,RBAC',
    '--service-cluster-ip-range=10.0.7.0/24',
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--allow-privileged',
    '--profiling=false',
    ...(withoutPlugins.length > 0 ? [`--disable-admission-plugins=${withoutPlugins.join(',')}`] : []),
    ...audit.flags,
  ];
  const api = credentials.connection('admin');
  let apiServer: RunningProcess;
  const startApiServer = async () => {
    apiServer = workspace.start('kube-apiserver', program('kube-apiserver'), flags);
    await workspace.ready(apiServer, 60_000, () => answers(api, '/readyz'));
  };
  const restartApiServer = async (how: 'asked' | 'killed', meanwhile = () => Promise.resolve()) => {
    if (how === 'killed') process.kill(-apiServer.pid, 'SIGKILL');
    await apiServer.stop();
    await meanwhile();
    await startApiServer();
  };
  await startApiServer();
  if (options.controllers) {
    const client = (user: string, ownPort = '') => [
      `--kubeconfig=${credentials.kubeconfig(user)}`,
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${ownPort}`,
      `--cert-dir=${folder}/${user.replaceAll(':', '-')}`,
    ];
    workspace.start('kube-controller-manager', program('kube-controller-manager'), [
      ...client('system:kube-controller-manager', managerPort),
      `--service-account-private-key-file=${files.serviceAccountKey}`,
      `--root-ca-file=${files.ca}`,
    ]);
    workspace.start('kube-scheduler', program('kube-scheduler'), client('system:kube-scheduler', schedulerPort));
  }
  return { api, credentials, audit, restartApiServer, apiServerPid: () => apiServer.pid, etcd };
}

async function answers(api: ApiConnection, path: string): Promise<boolean> {
  const answer = await api.request({ method: 'GET', path, silenceMs: 2000 }).catch(() => null); // not listening yet
  return answer?.status === 200;
}
