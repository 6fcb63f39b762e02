import { parseArgs, type ParseArgsConfig } from 'node:util';
import { clientKinds } from './clients';

export interface WatchOptions {
  readonly measure: 'watch';
  /** Ascending. */
  readonly pods: readonly number[];
  readonly contexts: readonly number[];
  readonly runs: number;
  readonly changes: number;
  /** Changes per second, at most. */
  readonly rate: number;
  /** Pods that begin to fail in a run, to see how soon that is known. */
  readonly failures: number;
  /** For how long nothing happens, in seconds, to see what that costs. */
  readonly quiet: number;
  readonly slow: boolean;
  /** Ids of the clients; all when empty. */
  readonly clients: readonly string[];
  readonly simulated: boolean;
  readonly json: boolean;
  /** Folder for a CPU profile of each client process; empty: none. */
  readonly profile: string;
}

export interface FaultsOptions {
  readonly measure: 'faults';
  readonly schedules: number;
  /** Null: another one each time. */
  readonly seed: number | null;
}

/** What stands for a run: what was asked for, or a text to print instead. */
export type Asked = WatchOptions | FaultsOptions | { readonly print: string; readonly exitCode: number };

const usage = `Usage: npm run bench [-- watch [OPTION]... | faults [OPTION]... | figures]

Without a name: watch, small and quick.

watch: this product's engine and other clients follow the pods of one API server, each in a process of its own. Tables
of what they take, and at the end what this project aims at. Only the ratios of one run say something about a client.
  --pods N,...       sizes of the cluster; a pod is 9.5 KB of JSON; 1 in 100 fails   1000,3000,10000,30000
                     (with --simulated also 100000)
  --contexts N,...   so many contexts of one kubeconfig in one process              1,5,20
  --runs N           medians and ranges are over them                               5
  --changes N        that each client follows at 10,000 pods, or at most pods       10000
  --rate N           changes per second, at most                                    1000
  --failures N       pods that begin to fail while others change                    100
  --quiet S          how many seconds each number of contexts is left alone         60
  --slow             also over a link of 50 Mbit/s and 40 ms
  --clients ID,...   only these: ${clientKinds.map(({ id }) => id).join(', ')}
  --simulated        on the simulated API server, although the real one could run
  --json             one JSON object instead of tables: every single run, what the tables show of them, and the aims;
                     what was not measured is null. For a file: npm run --silent bench -- watch --json > FILE
  --profile DIR      writes a CPU profile of each client process there; its times are then worth nothing

faults: random schedules of changes and faults of an API server, after each of which what the stream of pods has told is
compared with what the server has. Ends with 1 at the first schedule that shows a difference, and prints it.
  --schedules N      how many                                                       2000
  --seed N           plays the same schedules again

figures: where the other measured numbers come from
`;

const figuresHint =
  'End-to-end times and memory are measured by the tests: `npm test -- electron` and `npm test -- node` print them ' +
  'in lines that begin with `figure:`.\n';

const text = (value: string) => ({ type: 'string', default: value }) as const;
const flag = { type: 'boolean', default: false } as const;

const watchFlags = {
  pods: text(''),
  contexts: text('1,5,20'),
  runs: text('5'),
  changes: text('10000'),
  rate: text('1000'),
  failures: text('100'),
  quiet: text('60'),
  clients: text(''),
  profile: text(''),
  slow: flag,
  simulated: flag,
  json: flag,
};
/** What `npm run bench` alone measures. */
const quickly: Partial<Record<keyof typeof watchFlags, string>> = {
  pods: '2000',
  contexts: '1',
  runs: '3',
  changes: '2000',
  failures: '20',
  quiet: '5',
  clients: 'product,protobuf,json,json-parsed,informer',
};

export function readArguments(args: readonly string[]): Asked {
  try {
    if (args.includes('--help')) return { print: usage, exitCode: 0 };
    const [first = ''] = args;
    const name = first.startsWith('-') ? '' : first;
    const rest = name === '' ? args : args.slice(1);
    if (name === 'figures') return { print: figuresHint, exitCode: 0 };
    if (name === 'faults') return readFaults(rest);
    if (name === 'watch' || name === '') return readWatch(rest, name === '' ? quickly : {});
    throw new Error(`there is nothing called "${name}" to measure`);
  } catch (error) {
    return { print: `${error instanceof Error ? error.message : String(error)}\n\n${usage}`, exitCode: 2 };
  }
}

function readFaults(args: readonly string[]): FaultsOptions {
  const { values } = parsed(args, { schedules: text('2000'), seed: text('') });
  const seed = values.seed === '' ? null : Number(values.seed);
  if (seed !== null && !Number.isInteger(seed)) throw new Error(`--seed is a whole number, not "${values.seed}"`);
  return { measure: 'faults', schedules: count('--schedules', values.schedules), seed };
}

function readWatch(args: readonly string[], defaults: typeof quickly): WatchOptions {
  const flags = { ...watchFlags };
  for (const [name, value] of Object.entries(defaults)) Object.assign(flags, { [name]: text(value) });
  const { values } = parsed(args, flags);
  const sizes = values.simulated ? '1000,3000,10000,30000,100000' : '1000,3000,10000,30000';
  const clients = values.clients === '' ? [] : values.clients.split(',');
  for (const id of clients)
    if (!clientKinds.some((kind) => kind.id === id)) throw new Error(`there is no client "${id}"`);
  return {
    measure: 'watch',
    pods: counts('--pods', values.pods === '' ? sizes : values.pods),
    contexts: counts('--contexts', values.contexts),
    runs: count('--runs', values.runs),
    changes: count('--changes', values.changes),
    rate: count('--rate', values.rate),
    failures: count('--failures', values.failures),
    quiet: count('--quiet', values.quiet),
    slow: values.slow,
    clients,
    simulated: values.simulated,
    json: values.json,
    profile: values.profile,
  };
}

function parsed<T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  return parseArgs({ args: [...args], strict: true, options });
}

function counts(option: string, list: string): readonly number[] {
  return [...new Set(list.split(',').map((each) => count(option, each)))].sort((one, other) => one - other);
}

function count(option: string, given: string): number {
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1) throw new Error(`${option} is a whole number from 1 on, not "${given}"`);
  return number;
}
