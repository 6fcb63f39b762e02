import type { GaveUpReason, MirrorFailure } from '../../domain/appState';
import type { Cause } from '../../domain/diagnosis/cause';
import type { RetagState, RetagTarget } from '../../domain/retag/retagState';

/** What a retag that did not help a pod has come to. */
export interface RetagEnd {
  /** The mirrors that failed, and would fail a kubelet as well. */
  readonly failures: readonly MirrorFailure[];
  readonly why: GaveUpReason;
}

/** The answers that a mirror gives by itself. */
const answers: ReadonlySet<Cause> = new Set<Cause>(['mirror-error', 'rate-limited', 'unauthorized', 'not-found']);

/** The pods that a retag could not help, and that none is begun for again. */
export class RetagEnds {
  private readonly pods = new Map<string, RetagEnd>();

  /** Null where it helped, was not tried, or may be tried again. */
  of(podUid: string): RetagEnd | null {
    return this.pods.get(podUid) ?? null;
  }

  note(podUids: readonly string[], end: RetagEnd): void {
    for (const uid of podUids) this.pods.set(uid, end);
  }

  /** What the last step of a retag has left without help; `before`: null where it is gone on with after a restart. */
  noteStep(before: RetagState | null, { targets, failures, refused }: RetagState): void {
    const unhelped = Object.values(targets).filter(
      (target) => isUnhelped(target) && !isUnhelped(before?.targets[target.podUid]),
    );
    this.note(
      unhelped.map(({ podUid }) => podUid),
      {
        failures: failures.filter((failure) => !mayServePods(failure)),
        why: refused ?? { is: 'no-mirror-left' },
      },
    );
  }

  /** The settings changed: what failed before may work now. What these retags have left stays left, for the usual rescue. */
  reconsider(active: readonly RetagState[]): void {
    const left = active
      .flatMap(({ targets }) => Object.keys(targets))
      .flatMap((uid) => {
        const end = this.of(uid);
        return end ? [{ uid, why: end.why }] : [];
      });
    this.pods.clear();
    for (const { uid, why } of left) this.note([uid], { failures: [], why });
  }

  /** These pods may be tried again. */
  forget(podUids: readonly string[]): void {
    for (const uid of podUids) this.pods.delete(uid);
  }
}

/** Whether a mirror says so itself, and not the way to it. */
export function isAnswer(cause: Cause): boolean {
  return answers.has(cause);
}

/**
 * Whether a kubelet may have it all the same: it sends a pod's own credentials, and asks through the runtime, which may be
 * set to another way out of the node. What a mirror answered by itself it would answer again.
 */
function mayServePods({ cause, needsLogin }: MirrorFailure): boolean {
  return needsLogin === true || !isAnswer(cause);
}

function isUnhelped(target: RetagTarget | undefined): boolean {
  return target?.phase === 'swap' || target?.phase === 'failed';
}
