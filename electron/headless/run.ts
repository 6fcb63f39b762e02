import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { defaultSettings, type Settings } from '../domain/settings';
import { createApplication } from '../engine/application';
import type { EngineEvent } from '../engine/engineEvent';
import { machineClock } from '../engine/machineClock';
import type { ContextSource, Journal } from '../engine/ports';
import { fileJournal } from '../files/journal';
import { kubeconfigFiles, kubeconfigSource, readKubeconfigs, type KubeconfigPlaces } from '../kube/kubeconfig';
import { UsageError, type RunOptions } from './commandLine';

/** What the command has of its surroundings. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Resolves when the process is asked to end. */
  readonly ended: Promise<void>;
}

/** After a request to end, writes that are on their way get this long, in milliseconds. */
const patience = 4_000;

/** A dry run writes nothing to a cluster, so there is nothing to go on with after it. */
const nothingToResume: Journal = {
  path: '',
  load: () => ({ entries: [], problem: null }),
  record: () => undefined,
};

/** Runs the engine until asked to end. Throws UsageError before anything is watched or written. */
export async function run(options: RunOptions, { environment, home, out, err, ended }: Surroundings): Promise<void> {
  const places: KubeconfigPlaces = { explicit: options.kubeconfigs, environment: environment.KUBECONFIG, home };
  const contexts = chosenContexts(options, places);
  const settings: Settings = {
    ...defaultSettings,
    mirrors: [...options.mirrors],
    noProxy: [...options.noProxy],
    fledgedNamespace: options.fledgedNamespace,
    contexts: Object.fromEntries(
      contexts.map((name) => [name, { watch: true, auto: options.mode === 'auto', agreed: options.mode === 'auto' }]),
    ),
  };
  const application = createApplication({
    settings: {
      read: () => settings,
      // flags are what counts here; nothing changes them while it runs
      write: () => undefined,
    },
    journal: options.dryRun
      ? nothingToResume
      : fileJournal(path.join(options.stateDir ?? stateFolder(environment, home), 'journal.jsonl')),
    contexts: only(kubeconfigSource(places, machineClock, Math.random), new Set(contexts)),
    clock: machineClock,
    demo: false,
    namespaces: options.namespaces,
    dryRun: options.dryRun,
  });
  application.onEvent((event) => {
    out(options.json ? JSON.stringify(event) : eventLine(event));
  });
  for (const problem of application.state().problems)
    err(`${problem.kind}: ${problem.path}${'detail' in problem ? `: ${problem.detail}` : ''}`);
  err(`watching ${contexts.join(', ')}${options.mode === 'auto' ? ', healing by itself' : ''}`);
  await ended;
  await Promise.race([application.stop(), new Promise((resolve) => setTimeout(resolve, patience).unref())]);
}

function chosenContexts(options: RunOptions, places: KubeconfigPlaces): readonly string[] {
  for (const file of options.kubeconfigs) {
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      throw new UsageError(`The kubeconfig ${file} cannot be read: ${(error as Error).message}`);
    }
  }
  const reading = readKubeconfigs(kubeconfigFiles(places, []), machineClock, Math.random);
  const names = reading.contexts.map(({ name }) => name);
  const [broken] = reading.broken;
  if (names.length === 0 && broken)
    throw new UsageError(`The kubeconfig ${broken.path} cannot be read: ${broken.detail}`);
  if (names.length === 0) throw new UsageError(`There is no kubeconfig at ${reading.files.join(', ')}.`);
  const chosen = options.contexts.length > 0 ? options.contexts : reading.current === null ? [] : [reading.current];
  if (chosen.length === 0)
    throw new UsageError(`The kubeconfig names no current context; choose with --context: ${names.join(', ')}.`);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`There is no context "${unknown}"; there are: ${names.join(', ')}.`);
  return chosen;
}

/** Leaves out the contexts that nobody asked for. */
function only(source: ContextSource, names: ReadonlySet<string>): ContextSource {
  return {
    follow: (extra, listener) =>
      source.follow(extra, (reading) => {
        listener({ ...reading, contexts: reading.contexts.filter(({ name }) => names.has(name)) });
      }),
  };
}

function stateFolder(environment: NodeJS.ProcessEnv, home: string): string {
  return path.join(environment.XDG_STATE_HOME ?? path.join(home, '.local', 'state'), 'pullthrough');
}

/** The event as a line for people. */
function eventLine({ time, context, event, namespace, pod, container, ...rest }: EngineEvent): string {
  const where = [namespace, pod, container].filter((part) => part !== undefined).join('/');
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [time, context, event, where, ...facts].filter((part) => part !== '').join('  ');
}
