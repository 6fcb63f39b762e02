import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { prefixRule, validateRule } from '../domain/mirrors';
import { defaultSettings, mirrorRuleSchema, type MirrorRule } from '../domain/settings';

/** `pullthrough run`, as asked for. */
export interface RunOptions {
  /** Empty: KUBECONFIG or ~/.kube/config. */
  readonly kubeconfigs: readonly string[];
  /** Empty: the current context. */
  readonly contexts: readonly string[];
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly mode: 'watch' | 'auto';
  readonly mirrors: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  readonly fledgedNamespace: string;
  /** Null: the user's state folder. */
  readonly stateDir: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What was asked for is not possible; the message is one sentence for stderr. Ends with exit code 2. */
export class UsageError extends Error {}

export const usage = `Usage: pullthrough COMMAND

  run    watch clusters for image pulls that fail, and heal them with --mode auto
         [--kubeconfig FILE] [--context NAME]... [--namespace NS]... [--mode watch|auto] [--mirror HOST]...
         [--rules FILE] [--no-proxy A,B] [--fledged-namespace NS] [--state-dir DIR] [--dry-run] [--json]
  demo   show the window with a simulated cluster on a page of this computer

  --help, --version
`;

/** Reads the arguments after `run`. Throws UsageError. */
export function parseRun(args: readonly string[]): RunOptions {
  const values = parsed(args);
  const mode = values.mode ?? 'watch';
  if (mode !== 'watch' && mode !== 'auto') throw new UsageError(`--mode is watch or auto, not "${mode}".`);
  const rules = [
    ...(values.mirror ?? []).map(mirrorOf),
    ...(values.rules === undefined ? [] : readRules(values.rules)),
  ];
  return {
    kubeconfigs: values.kubeconfig ?? [],
    contexts: values.context ?? [],
    namespaces: values.namespace ?? [],
    mode,
    mirrors: rules.length > 0 ? rules : defaultSettings.mirrors,
    noProxy: (values['no-proxy'] ?? [])
      .flatMap((list) => list.split(','))
      .map((entry) => entry.trim())
      .filter(Boolean),
    fledgedNamespace: values['fledged-namespace'] ?? '',
    stateDir: values['state-dir'] ?? null,
    dryRun: values['dry-run'] ?? false,
    json: values.json ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        kubeconfig: { type: 'string', multiple: true },
        context: { type: 'string', multiple: true },
        namespace: { type: 'string', multiple: true, short: 'n' },
        mode: { type: 'string' },
        mirror: { type: 'string', multiple: true },
        rules: { type: 'string' },
        'no-proxy': { type: 'string', multiple: true },
        'fledged-namespace': { type: 'string' },
        'state-dir': { type: 'string' },
        'dry-run': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    // the first sentence says what is wrong, the rest is advice about positional arguments
    throw new UsageError(`${(error as Error).message.split('. ')[0] ?? ''}. See pullthrough --help.`);
  }
}

function mirrorOf(host: string): MirrorRule {
  const rule = prefixRule(host);
  if (!rule.ok) throw new UsageError(`--mirror ${host}: ${rule.why}`);
  return rule.rule;
}

function readRules(file: string): readonly MirrorRule[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--rules ${file} cannot be read: ${(error as Error).message}`);
  }
  const rules = z.array(mirrorRuleSchema).safeParse(value);
  if (!rules.success) {
    const [issue] = rules.error.issues;
    throw new UsageError(
      `--rules ${file}: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'not a list of rules'}`,
    );
  }
  for (const rule of rules.data) {
    const wrong = validateRule(rule);
    if (wrong !== null) throw new UsageError(`--rules ${file}: ${rule.name}: ${wrong}`);
  }
  return rules.data;
}
