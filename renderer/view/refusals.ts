import type { IncidentView } from '../../electron/domain/appState';
import type { RefusalCode } from '../../electron/domain/cause';

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

/** Only the wait for a mirror that was asked enough stands between this incident and its fix. */
export function isSpared({ refusal, diagnosis }: IncidentView): boolean {
  return refusal?.code === 'budget' && diagnosis.healable !== 'no';
}
