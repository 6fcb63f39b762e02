import { randomBytes } from 'node:crypto';
import { ApiConnection } from '../kube/apiConnection';
import { startApiServer } from './apiServer/apiServer';
import type { AuditLog } from './apiServer/audit';
import type { ApiUser, Rule } from './apiServer/authorization';
import { everything } from './apiServer/authorization';
import type { Faults } from './apiServer/faults';
import type { ClusterAccess } from './kubeconfigText';
import { kubeconfigText } from './kubeconfigText';
import type { Machinery, MachineryOptions } from './machinery';
import { machineryUsers, startMachinery } from './machinery';
import { RegistryWorld } from './node/registryWorld';

export interface SimulationOptions extends Omit<MachineryOptions, 'registries'> {
  /** Users beside those that the cluster itself needs, with what they may do. */
  readonly users: Readonly<Record<string, readonly Rule[]>>;
  /** What the nodes pull from; an empty world when absent. */
  readonly registries?: RegistryWorld;
  /** Milliseconds between two bookmarks of a watch; 60 s when absent. */
  readonly bookmarkEvery?: number;
  /** How many changes of each type a watcher can catch up on; 1000 when absent. */
  readonly history?: number;
}

/** A whole cluster in this process. Several can run beside each other. */
export interface Simulation extends Machinery {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly registries: RegistryWorld;
  readonly audit: AuditLog;
  readonly faults: Faults;
  /** What a kubeconfig has to say of this user, under the name of a context. */
  accessFor(user: string, context: string): ClusterAccess;
  /** Text of a kubeconfig with one context, named as the user. */
  kubeconfigFor(user: string): string;
  /** A connection as this user; ended with the simulation. */
  apiFor(user: string): ApiConnection;
  /** Forgets all history: watches from an old version and old continue tokens meet 410. */
  compact(): void;
}

export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { clock, registries = new RegistryWorld(), bookmarkEvery, history, minor = 35 } = options;
  const nodeUsers = options.nodes.map(({ name }) => `system:node:${name}`);
  const users: ApiUser[] = [
    ...[...Object.values(machineryUsers), ...nodeUsers].map((name) => userNamed(name, everything)),
    ...Object.entries(options.users).map(([name, rules]) => userNamed(name, rules)),
  ];
  const server = await startApiServer({
    users,
    clock,
    version: `v1.${String(minor)}.4`,
    ...(bookmarkEvery !== undefined && { bookmarkEvery }),
    ...(history !== undefined && { history }),
  });
  const connections: ApiConnection[] = [];
  const token = (name: string) => users.find((known) => known.name === name)?.token ?? '';
  const apiFor = (name: string) => {
    const tls = { ca: server.ca, headers: { Authorization: `Bearer ${token(name)}` } };
    const connection = new ApiConnection({ server: server.url, options: () => Promise.resolve(tls) });
    connections.push(connection);
    return connection;
  };
  const accessFor = (name: string, context: string): ClusterAccess => ({
    context,
    server: server.url,
    ca: server.ca,
    token: token(name),
  });
  const machinery = await startMachinery(apiFor, { ...options, registries });
  return {
    ...machinery,
    url: server.url,
    registries,
    audit: server.audit,
    faults: server.faults,
    accessFor,
    kubeconfigFor: (name) => kubeconfigText([accessFor(name, name)]),
    apiFor,
    compact() {
      server.compact();
    },
    async stop() {
      server.faults.clear();
      await machinery.stop();
      for (const connection of connections) connection.close();
      await server.stop();
    },
  };
}

function userNamed(name: string, rules: readonly Rule[]): ApiUser {
  return { name, rules, token: randomBytes(16).toString('hex') };
}
