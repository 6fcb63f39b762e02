import { readArguments, refuseWords } from './commandLine';
import { mirrorChoice, mirrorOptions, type MirrorChoice } from './mirrorOptions';
import { UsageError } from './surroundings';

/** `pullthrough run`, as asked for. */
export interface RunOptions extends Omit<MirrorChoice, 'allowList'> {
  /** Empty: KUBECONFIG or ~/.kube/config. */
  readonly kubeconfigs: readonly string[];
  /** Empty: the current context. */
  readonly contexts: readonly string[];
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly mode: 'watch' | 'auto';
  /** Path of the allow list; empty when none is given. */
  readonly allowList: string;
  readonly fledgedNamespace: string;
  /** Null: the user's state folder. */
  readonly stateDir: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Reads the arguments after `run`. Throws UsageError. */
export function parseRun(args: readonly string[]): RunOptions {
  const { values, tokens, positionals } = readArguments('run', args, {
    kubeconfig: { type: 'string', multiple: true },
    context: { type: 'string', multiple: true },
    namespace: { type: 'string', multiple: true, short: 'n' },
    mode: { type: 'string' },
    ...mirrorOptions,
    'fledged-namespace': { type: 'string' },
    'state-dir': { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  });
  refuseWords('run', positionals);
  const mode = values.mode ?? 'watch';
  if (mode !== 'watch' && mode !== 'auto') throw new UsageError(`--mode is watch or auto, not "${mode}".`);
  return {
    kubeconfigs: values.kubeconfig ?? [],
    contexts: values.context ?? [],
    namespaces: values.namespace ?? [],
    mode,
    // read once here, so that a file that is none is told before anything begins
    ...mirrorChoice(tokens, values),
    allowList: values['allow-list'] ?? '',
    fledgedNamespace: values['fledged-namespace'] ?? '',
    stateDir: values['state-dir'] ?? null,
    dryRun: values['dry-run'] ?? false,
    json: values.json ?? false,
  };
}
