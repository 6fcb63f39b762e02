import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly pods: number;
  readonly changes: number;
  /** Changes per second, at most. */
  readonly rate: number;
  readonly runs: number;
  readonly simulated: boolean;
  readonly json: boolean;
}

const usage = `Usage: npm run bench -- [--pods 2000] [--changes 2000] [--rate 200] [--runs 3] [--simulated] [--json]

  --pods N       pods in the cluster, about 9 KB each
  --changes N    changes of pods that the clients then follow
  --rate N       changes per second, at most
  --runs N       rounds; medians and spreads are over them
  --simulated    against the simulated API server, although the real one could run
  --json         one JSON object instead of tables

  figures        where the other measured numbers come from
`;

/** What stands for a run: what was asked for, or a text to print instead. */
export type Asked = BenchOptions | { readonly print: string; readonly exitCode: number };

export const figuresHint =
  'End-to-end times and memory are measured by the tests: `npm test -- electron` and `npm test -- node` print them ' +
  'in lines that begin with `figure:`.\n';

export function readArguments(args: readonly string[]): Asked {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        pods: { type: 'string', default: '2000' },
        changes: { type: 'string', default: '2000' },
        rate: { type: 'string', default: '200' },
        runs: { type: 'string', default: '3' },
        simulated: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { print: usage, exitCode: 0 };
    if (positionals[0] === 'figures') return { print: figuresHint, exitCode: 0 };
    if (positionals[0] !== undefined) throw new Error(`there is nothing called "${positionals[0]}" to measure`);
    return {
      pods: count('--pods', values.pods),
      changes: count('--changes', values.changes),
      rate: count('--rate', values.rate),
      runs: count('--runs', values.runs),
      simulated: values.simulated,
      json: values.json,
    };
  } catch (error) {
    return { print: `${error instanceof Error ? error.message : String(error)}\n\n${usage}`, exitCode: 2 };
  }
}

function count(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} is a whole number from 1 on, not "${text}"`);
  return number;
}
