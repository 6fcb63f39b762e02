import { availableParallelism, cpus, totalmem } from 'node:os';
import { say } from '../../electron/bootstrap/say.mjs';
import { Workspace } from '../cluster/workspace';
import { bundleClients, ClientProcess, clients, type Client } from './clientProcess';
import { changePods, createPods } from './load';
import type { Measured, SyncMeasured } from './measurement';
import { figuresHint, readArguments, type BenchOptions } from './options';
import { reportOf, tablesOf } from './report';
import { startBenchServer, type BenchServer } from './server';

/**
 * Measures several clients side by side on one server, and prints what they took. It judges nothing: times differ
 * from machine to machine, and only the ratios of one run say something.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const asked = readArguments(args);
  if ('print' in asked) {
    (asked.exitCode === 0 ? process.stdout : process.stderr).write(asked.print);
    process.exitCode = asked.exitCode;
    return;
  }
  const workspace = await Workspace.open('bench');
  try {
    const bundleOf = await bundleClients(workspace.folder);
    const server = await startBenchServer(workspace, {
      simulated: asked.simulated,
      history: asked.changes * asked.runs,
      say,
    });
    try {
      await measure(asked, server, bundleOf);
    } finally {
      await server.stop();
    }
  } finally {
    await workspace.close();
  }
}

async function measure(
  options: BenchOptions,
  server: BenchServer,
  bundleOf: (client: Client) => string,
): Promise<void> {
  say(`creating ${String(options.pods)} pods on ${server.name}`);
  const podBytes = Math.round(await createPods(server.api, options.pods));
  const rounds = new Map<string, Measured[]>(clients.map(({ name }) => [name, []]));
  for (let number = 1; number <= options.runs; number += 1) {
    say(`round ${String(number)} of ${String(options.runs)}`);
    for (const [name, measured] of await playRound(number, options, server, bundleOf)) rounds.get(name)?.push(measured);
  }
  const reports = reportOf(rounds);
  const machine = {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  const { pods, changes, rate, runs } = options;
  if (options.json) {
    const result = { machine, server: server.name, pods, podBytes, changes, rate, runs, clients: reports };
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const { cores, processor, memoryGiB, node, platform } = machine;
  process.stdout.write(
    `${platform}, ${String(cores)} cores (${processor}), ${String(memoryGiB)} GiB, Node ${node}\n` +
      `${server.name}, ${String(pods)} pods of ${(podBytes / 1000).toFixed(1)} KB; ` +
      `${String(changes)} changes, at most ${String(rate)} a second; median [least-most] of ${String(runs)} runs\n\n` +
      `${tablesOf(reports)}\n${figuresHint}`,
  );
}

/** Every client syncs alone; then all of them follow the same changes. */
async function playRound(
  number: number,
  { pods, changes, rate }: BenchOptions,
  { api, access }: BenchServer,
  bundleOf: (client: Client) => string,
): Promise<ReadonlyMap<string, Measured>> {
  // another one begins each round, so that none profits from what the one before it has warmed up
  const first = number % clients.length;
  const order = [...clients.slice(first), ...clients.slice(0, first)];
  const running: { readonly name: string; readonly process: ClientProcess; readonly sync: SyncMeasured }[] = [];
  const started: ClientProcess[] = [];
  try {
    for (const client of order) {
      const process = await ClientProcess.start(client.name, bundleOf(client));
      started.push(process);
      const sync = await process.sync(access);
      if (sync.pods !== null && sync.pods !== pods)
        throw new Error(`${client.name} knows ${String(sync.pods)} pods of ${String(pods)}`);
      running.push({ name: client.name, process, sync });
    }
    // ten times as long as it should take, and a minute
    const limitMs = (changes / rate) * 10_000 + 60_000;
    const counting = await Promise.all(running.map(({ process }) => process.countChanges(changes, limitMs)));
    await changePods(api, pods, { changes, perSecond: rate, turn: number });
    const results = await Promise.all(
      running.map(async ({ name, sync: { pods: _, ...sync } }, index): Promise<[string, Measured]> => {
        const { changesCpuMs } = (await counting[index]?.seen) ?? { changesCpuMs: NaN };
        return [name, { ...sync, changesCpuMs }];
      }),
    );
    return new Map(results);
  } finally {
    for (const process of started) process.stop();
  }
}
