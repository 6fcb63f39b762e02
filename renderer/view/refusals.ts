import type { IncidentView } from '../../electron/domain/appState';
import type { RefusalCode } from '../../electron/domain/diagnosis/cause';

const settled: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'no-rule',
  'excluded',
  'ip-host',
  'host-without-dot',
  'port',
  'not-on-allow-list',
  'budget',
]);

/** Whether what keeps an image from its mirrors can be changed in the settings. */
export function isForSettings({ refusal }: IncidentView): boolean {
  return refusal !== null && settled.has(refusal.code);
}

/**
 * Whether its pods fail on a mirror, and no other one is left to try: an image of their own that no mirror could bring
 * would be refused with a reason.
 */
export function canOnlyBePutBack({ candidates, refusal, diagnosis, progress }: IncidentView): boolean {
  const under = progress.is === 'rescuing' || progress.is === 'healed';
  return candidates.length === 0 && refusal === null && diagnosis.healable !== 'no' && !under;
}

/** Only the wait for a mirror that was asked enough stands between this incident and its fix. */
export function isSpared({ refusal, diagnosis }: IncidentView): boolean {
  return refusal?.code === 'budget' && diagnosis.healable !== 'no';
}
