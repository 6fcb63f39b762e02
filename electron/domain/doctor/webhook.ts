import { isReadFailure } from '../readFailure';
import type { DoctorWords } from '../words/doctor';
import type { Language } from '../words/language';
import { podOf, webhookConfigurationOf, type Webhook } from './clusterObjects';
import type { DoctorFacts } from './facts';
import { found, type FixPlan, type Found } from './fixPlan';
import { isReady } from './programHealth';
import { programFinding, type Program } from './programs';

/** The webhook that checks ImageCaches, and the Service that it names; null where there is none. */
export function fledgedWebhook(webhooks: DoctorFacts['webhooks']): {
  readonly webhook: Webhook;
  readonly service: { readonly namespace: string; readonly name: string } | null;
} | null {
  if (isReadFailure(webhooks)) return null;
  const webhook = webhooks
    .flatMap((object) => webhookConfigurationOf(object).webhooks)
    .find(({ rules }) => rules.some(({ apiGroups }) => apiGroups.includes('kubefledged.io')));
  return webhook ? { webhook, service: webhook.clientConfig.service ?? null } : null;
}

export interface WebhookFixes {
  readonly install: FixPlan | null;
  readonly rescue: FixPlan | null;
}

/** With failurePolicy Fail, every write of an ImageCache fails while the webhook is down; also kube-fledged's own. */
export function webhookFinding(
  facts: DoctorFacts,
  program: Program | null,
  { install, rescue }: WebhookFixes,
  words: DoctorWords,
  language: Language,
): Found {
  if (isReadFailure(facts.webhooks)) return found('webhook', 'warning', words.unread('webhooks', facts.webhooks));
  const known = fledgedWebhook(facts.webhooks);
  if (!known) return found('webhook', 'warning', words.webhookAbsent, install);
  const fails = known.webhook.failurePolicy !== 'Ignore';
  const level = fails ? 'broken' : 'warning';
  const { backend } = facts;
  // one that is reached by an address outside of the cluster cannot be judged from here
  if (!backend) return found('webhook', 'ok', words.webhookElsewhere);
  if (isReadFailure(backend.service)) return found('webhook', 'warning', words.unread('services', backend.service));
  if (backend.service === null)
    return found('webhook', level, words.webhookWithoutService(backend.title, fails), install);
  if (program && program.health.is !== 'ready')
    return programFinding('webhook', program, level, rescue, words, language);
  if (isReadFailure(backend.pods)) return found('webhook', 'warning', words.unread('pods', backend.pods));
  if (!backend.pods.some((pod) => isReady(podOf(pod))))
    return found('webhook', level, words.webhookDown(backend.title, fails), program ? null : install);
  if (known.webhook.clientConfig.caBundle === '')
    return found('webhook', level, words.webhookWithoutCertificate(fails));
  return found('webhook', 'ok', words.webhookRuns(backend.title));
}
