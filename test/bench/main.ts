import { playFaults } from './faults';
import { readArguments } from './options';
import { reportOf } from './report';
import { resultJson } from './result';
import { measureWatch } from './watch';

/**
 * Measures side by side what this product and others take, and prints it. It judges nothing but faults: times differ
 * from machine to machine, and only the ratios of one run say something.
 */
export async function bench(args: readonly string[]): Promise<void> {
  const asked = readArguments(args);
  if ('print' in asked) {
    (asked.exitCode === 0 ? process.stdout : process.stderr).write(asked.print);
    process.exitCode = asked.exitCode;
  } else if (asked.measure === 'faults') process.exitCode = await playFaults(asked);
  else {
    const result = await measureWatch(asked);
    process.stdout.write(asked.json ? `${resultJson(result)}\n` : reportOf(result));
  }
}
