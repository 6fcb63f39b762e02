import type { Incident } from '../domain/decision';
import type { EngineEvent } from './engineEvent';

/**
 * Tells of each failure once: that it is there, what its cause is, and why it is left alone when it is; and
 * again when one of these changes.
 */
export class FailureNews {
  private readonly told = new Map<string, string>();

  constructor(private readonly tellOf: (event: Omit<EngineEvent, 'time' | 'context'>) => void) {}

  tell(incidents: readonly Incident[]): void {
    const now = new Set<string>();
    for (const { verdicts } of incidents) {
      for (const { failure, diagnosis, refusal } of verdicts) {
        const { podUid, namespace, pod, container, node, image, original } = failure;
        const key = `${podUid}/${container}/${image}`;
        now.add(key);
        // until when a refusal holds may change with every request
        const what = JSON.stringify([diagnosis.cause, refusal?.code, refusal?.about]);
        const before = this.told.get(key);
        if (before === what) continue;
        this.told.set(key, what);
        const about = {
          namespace,
          pod,
          container,
          image: original,
          node,
          ...(image !== original && { proxied: image }),
        };
        const { cause, healable } = diagnosis;
        if (before === undefined) this.tellOf({ event: 'failure', ...about, why: failure.message });
        this.tellOf({ event: 'diagnosed', ...about, cause, healable });
        if (refusal)
          this.tellOf({
            event: 'refused',
            ...about,
            cause,
            why: [refusal.code, refusal.about].filter(Boolean).join(': '),
          });
      }
    }
    for (const key of this.told.keys()) if (!now.has(key)) this.told.delete(key);
  }
}
