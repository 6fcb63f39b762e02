import { refOf, resources } from '../kubeObject';
import type { DoctorWords } from '../words/doctor';
import { lastExpiry } from './certificateExpiry';
import type { DoctorFacts } from './facts';
import type { KnownWebhook } from './fledgedWebhook';
import { found, patchOf, type FixPlan, type Found } from './fixPlan';
import { titleOfProgram, type Program } from './programs';
import { shellCommand } from './shellCommand';

/**
 * The API server calls a webhook only with a certificate that it trusts. kube-fledged's server makes one each time it
 * starts and writes it into its configuration; whoever applies the configuration of its manifests again, while the server
 * runs, puts another one back that expired in 2022 (github.com/senthilrch/kube-fledged#200). Null where nothing is wrong.
 */
export function certificateFinding(
  { now }: DoctorFacts,
  known: KnownWebhook,
  program: Program | null,
  fails: boolean,
  words: DoctorWords,
): Found | null {
  if (isTrusted(known, now)) return null;
  const { configuration } = known;
  const expired = lastExpiry(known.webhook.clientConfig.caBundle);
  const fix = restartPlan(program, known, now, words);
  const sentence =
    expired === null
      ? words.webhookWithoutCertificate(configuration, fails)
      : words.webhookCertificateExpired(configuration, new Date(expired).toISOString().slice(0, 10), fails);
  const kind = resources.ValidatingWebhookConfiguration.plural;
  return found(
    'webhook',
    fails ? 'broken' : 'warning',
    fix ? sentence : sentence + words.certificateByHand,
    fix,
    shellCommand('kubectl', 'edit', kind, configuration),
  );
}

/** Whether the API server has a certificate for it that has not expired. */
export function isTrusted({ webhook }: KnownWebhook, now: number): boolean {
  const { caBundle } = webhook.clientConfig;
  return caBundle !== '' && (lastExpiry(caBundle) ?? Infinity) >= now;
}

/** As `kubectl rollout restart` does it; null where a start would not write into this configuration. */
function restartPlan(
  program: Program | null,
  { configuration, isFirst }: KnownWebhook,
  now: number,
  words: DoctorWords,
): FixPlan | null {
  // it writes into the first webhook of the configuration that its variable names
  const writes = program?.deployment.spec.template.spec.initContainers.some(
    ({ args, env }) =>
      args.includes('--init-server') &&
      env.some(({ name, value }) => name === 'VALIDATING_WEBHOOK_CONFIG' && value === configuration),
  );
  if (!program || !writes || !isFirst) return null;
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(now).toISOString() };
  return {
    id: 'restart',
    sentence: words.restartFix(titleOfProgram(program)),
    writes: [patchOf(program.object, refOf(program.object), { spec: { template: { metadata: { annotations } } } })],
  };
}
