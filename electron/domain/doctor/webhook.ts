import { isReadFailure } from '../readFailure';
import type { DoctorWords } from '../words/doctor';
import type { Language } from '../words/language';
import { podOf } from './clusterObjects';
import type { DoctorFacts } from './facts';
import { fledgedWebhook } from './fledgedWebhook';
import { found, type FixPlan, type Found } from './fixPlan';
import { isReady } from './programHealth';
import { programFinding, type Program, type ProgramFixes } from './programs';
import { certificateFinding } from './webhookCertificate';

/** With failurePolicy Fail, every write of an ImageCache fails while the webhook is down; also kube-fledged's own. */
export function webhookFinding(
  facts: DoctorFacts,
  program: Program | null,
  { install, ...fixes }: ProgramFixes & { readonly install: FixPlan | null },
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
  if (program && program.health.is !== 'ready') return programFinding(program, fails, fixes, words, language);
  if (isReadFailure(backend.pods)) return found('webhook', 'warning', words.unread('pods', backend.pods));
  if (!backend.pods.some((pod) => isReady(podOf(pod))))
    return found('webhook', level, words.webhookDown(backend.title, fails), program ? null : install);
  return (
    certificateFinding(facts, known, program, fails, words) ?? found('webhook', 'ok', words.webhookRuns(backend.title))
  );
}
