import type { Candidate } from '../appState';

/** What this computer learned by asking a mirror itself. A hint about the order of trial, never a proof. */
export type Availability = 'available' | 'missing' | 'refused' | 'limited' | 'unreachable';

/**
 * The candidates in the order in which to try them: what has the image first, then what nobody asked, then the rest, which
 * the nodes may reach all the same. Otherwise the order of the rules stays.
 */
export function byAvailability(
  candidates: readonly Candidate[],
  known: (candidate: Candidate) => Availability | null,
): readonly Candidate[] {
  const rank = (candidate: Candidate) => {
    const availability = known(candidate);
    return availability === 'available' ? 0 : availability === null ? 1 : 2;
  };
  return [...candidates].sort((a, b) => rank(a) - rank(b));
}
