import { isReadFailure } from '../readFailure';
import { webhookConfigurationOf, type Webhook } from './clusterObjects';
import type { DoctorFacts } from './facts';

/** The webhook that checks ImageCaches. */
export interface KnownWebhook {
  /** The name of the ValidatingWebhookConfiguration that it stands in. */
  readonly configuration: string;
  /** Whether it is the first one there. */
  readonly isFirst: boolean;
  readonly webhook: Webhook;
  readonly service: { readonly namespace: string; readonly name: string } | null;
}

/** The webhook that checks ImageCaches, and the Service that it names; null where there is none. */
export function fledgedWebhook(webhooks: DoctorFacts['webhooks']): KnownWebhook | null {
  if (isReadFailure(webhooks)) return null;
  for (const object of webhooks) {
    const all = webhookConfigurationOf(object).webhooks;
    const at = all.findIndex(({ rules }) => rules.some(({ apiGroups }) => apiGroups.includes('kubefledged.io')));
    const webhook = all[at];
    if (!webhook) continue;
    const service = webhook.clientConfig.service ?? null;
    return { configuration: object.metadata.name, isFirst: at === 0, webhook, service };
  }
  return null;
}
