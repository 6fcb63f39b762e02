import type { IncidentProgress } from '../../electron/domain/appState';
import { causeTitle } from '../words/causeText';
import type { Speech } from '../words';

type GaveUp = Extract<IncidentProgress, { is: 'gave-up' }>;

export interface GaveUpText {
  readonly word: string;
  readonly why: string;
  /** Trying again changes nothing before somebody has done something elsewhere. */
  readonly helpsElsewhere: boolean;
}

/** Why a rescue ended without success, short enough for a row. */
export function gaveUpText({ why, earlier }: GaveUp, { words, language }: Speech): GaveUpText {
  switch (why.is) {
    case 'no-mirror-left': {
      const [first] = earlier;
      const hosts = earlier.map(({ host }) => host).join(words.common.comma);
      const helpsElsewhere = allNeedLogin(earlier);
      if (first && (earlier.length === 1 || helpsElsewhere))
        return { word: causeTitle(language, first.cause, first.needsLogin), why: hosts, helpsElsewhere };
      return { word: words.failing.noMirrorLeft, why: hosts, helpsElsewhere };
    }
    case 'denied':
      return {
        word: words.failing.gaveUp,
        why: why.namespace
          ? words.failing.mayNotIn(why.verb, why.resource, why.namespace)
          : words.failing.mayNot(why.verb, why.resource),
        helpsElsewhere: true,
      };
    case 'rejected':
      return { word: words.failing.clusterRefused, why: why.detail, helpsElsewhere: true };
    case 'unreachable':
      return { word: words.failing.clusterSilent, why: why.detail, helpsElsewhere: false };
  }
}

/** Then trying again brings nothing before somebody has added a pull secret. */
function allNeedLogin(earlier: GaveUp['earlier']): boolean {
  return earlier.length > 0 && earlier.every(({ needsLogin }) => needsLogin === true);
}
