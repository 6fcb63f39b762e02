import { say } from '../../electron/bootstrap/say.mjs';
import { FaultyCluster } from '../kube/streamFaults';
import type { FaultsOptions } from './options';

/** Schedules between two lines about how far it is. */
const batch = 100;

/** Plays random schedules of faults. Gives the exit code: 1 after the first schedule that shows a difference. */
export async function playFaults({ schedules, seed }: FaultsOptions): Promise<number> {
  const first = seed ?? Math.floor(Math.random() * 2 ** 31);
  const began = performance.now();
  const cluster = await FaultyCluster.start();
  try {
    for (let played = 0; played < schedules; played += batch) {
      await cluster.play(Math.min(batch, schedules - played), first + played);
      say(`${Math.min(played + batch, schedules)} of ${schedules} schedules, ${seconds(began)} s`);
    }
  } catch (error) {
    process.stdout.write(
      `A difference after ${cluster.faults} faults and ${seconds(began)} s, seed ${first}:\n${wholeMessage(error)}\n`,
    );
    return 1;
  } finally {
    await cluster.stop();
  }
  process.stdout.write(
    `${schedules} schedules with ${cluster.faults} faults in ${seconds(began)} s, seed ${first}: ` +
      'nothing lost, nothing told twice\n',
  );
  return 0;
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}

function wholeMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${wholeMessage(error.cause)}`;
}
