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
      const [only] = earlier;
      if (only && earlier.length === 1)
        return { word: causeTitle(language, only.cause), why: only.host, helpsElsewhere: false };
      const hosts = earlier.map(({ host }) => host).join(words.common.comma);
      return { word: words.failing.noMirrorLeft, why: hosts, helpsElsewhere: false };
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
