import { fork } from 'node:child_process';
import { once } from 'node:events';
import { clientKinds, type ClientKind } from './clients';
import { slowLink } from './link/link';
import type { RelayOptions } from './link/relay';
import { startClient, type Bench, type SyncRun } from './run';
import { stubbornly } from './stubbornly';

/** Those that differ in what they bring over the line, and how. */
const chosen: readonly string[] = ['product', 'plain', 'protobuf', 'protobuf-plain', 'protobuf-watch', 'json'];

export function slowKinds(kinds: readonly ClientKind[]): readonly ClientKind[] {
  return (kinds.length === 0 ? clientKinds : kinds).filter(({ id }) => chosen.includes(id));
}

/** Each client syncs over a slow line, alone on it. By client. */
export async function syncOverSlowLink(
  bench: Bench,
  kinds: readonly ClientKind[],
  runs: number,
): Promise<ReadonlyMap<string, readonly SyncRun[]>> {
  const found = new Map<string, SyncRun[]>(kinds.map(({ id }) => [id, []]));
  const options: RelayOptions = { ...slowLink, port: Number(new URL(bench.cluster.access.server).port) };
  for (let run = 0; run < runs; run += 1) {
    for (const kind of kinds) {
      const sync = await stubbornly(`${kind.name}, over the slow link,`, () => syncThroughRelay(bench, kind, options));
      if (sync) found.get(kind.id)?.push(sync);
    }
  }
  return found;
}

async function syncThroughRelay(bench: Bench, kind: ClientKind, options: RelayOptions): Promise<SyncRun> {
  const relay = fork(bench.bundleOf('relay'), [JSON.stringify(options)], { stdio: ['ignore', 2, 2, 'ipc'] });
  try {
    const [port] = (await once(relay, 'message')) as [number];
    const { client, sync } = await startClient(bench, kind, { server: `https://127.0.0.1:${port}` });
    client.stop();
    return sync;
  } finally {
    relay.kill('SIGKILL');
  }
}
