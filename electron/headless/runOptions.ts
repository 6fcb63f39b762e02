import { selectorFault } from '../domain/labelSelector';
import { isMirrorHost, pastedHost } from '../domain/mirrors/mirrors';
import { defaultSettings, type MirrorRule } from '../domain/settings';
import { imageOf, namespaceOf, readArguments, refuseWords } from './commandLine';
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
  /** What is ready to be restored is restored, although that restarts containers. */
  readonly restore: boolean;
  /** Path of the allow list; empty when none is given. */
  readonly allowList: string;
  /** Hosts of mirrors that this computer may ask beforehand. */
  readonly probedMirrors: readonly string[];
  readonly fledgedNamespace: string;
  /** Whether nodes give a pulled image its own name; the image and the namespace of the Jobs for that. */
  readonly retag: boolean;
  readonly retagImage: string;
  readonly retagNamespace: string;
  /** Label selector of further nodes that healed images are brought onto; empty = all, null = none. */
  readonly prepull: string | null;
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
    restore: { type: 'boolean' },
    ...mirrorOptions,
    probe: { type: 'string', multiple: true },
    'fledged-namespace': { type: 'string' },
    retag: { type: 'boolean' },
    'retag-image': { type: 'string' },
    'retag-namespace': { type: 'string' },
    prepull: { type: 'string' },
    'state-dir': { type: 'string' },
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  });
  refuseWords('run', positionals);
  const mode = values.mode ?? 'watch';
  if (mode !== 'watch' && mode !== 'auto') throw new UsageError(`--mode is watch or auto, not "${mode}".`);
  const writing = (['restore', 'retag', 'prepull'] as const).find((flag) => values[flag] !== undefined);
  if (writing && mode !== 'auto') throw new UsageError(`--${writing} needs --mode auto: it writes to the cluster.`);
  const fault = selectorFault(values.prepull ?? '');
  if (fault !== null) throw new UsageError(`--prepull: "${fault}" is no label selector.`);
  // an allow list is read once here, so that a file that is none is told before anything begins
  const choice = mirrorChoice(tokens, values);
  return {
    kubeconfigs: values.kubeconfig ?? [],
    contexts: values.context ?? [],
    namespaces: values.namespace ?? [],
    mode,
    restore: values.restore ?? false,
    mirrors: choice.mirrors,
    noProxy: choice.noProxy,
    probedMirrors: (values.probe ?? []).map((host) => probedMirror(host, choice.mirrors)),
    allowList: values['allow-list'] ?? '',
    fledgedNamespace: values['fledged-namespace'] ?? '',
    retag: values.retag ?? false,
    retagImage: imageOf('--retag-image', values['retag-image'] ?? defaultSettings.retagImage),
    retagNamespace: namespaceOf('--retag-namespace', values['retag-namespace'] ?? defaultSettings.retagNamespace),
    prepull: values.prepull ?? null,
    stateDir: values['state-dir'] ?? null,
    dryRun: values['dry-run'] ?? false,
    json: values.json ?? false,
  };
}

function probedMirror(text: string, mirrors: readonly MirrorRule[]): string {
  const host = pastedHost(text);
  if (!isMirrorHost(host, mirrors)) throw new UsageError(`--probe ${text}: none of the mirrors is on this host.`);
  return host;
}
