import type { IncidentView } from '../../electron/domain/appState';
import { canBeHealed } from '../../electron/domain/views/notices';
import { causeText, mirrorLoginText } from '../words/causeText';
import type { Speech } from '../words';
import type { IncidentRow } from './incidentRow';
import { formatAge, formatClock, formatNumber } from './time';

export interface DetailsText {
  /** The state, ended like a sentence. */
  readonly word: string;
  readonly explanation: string;
  /** Ways out where a mirror is none. */
  readonly help: readonly string[];
  /** All of it as text, for whoever owns the workload. */
  readonly forOwner: string;
}

/** Nobody reads more names than these, and thousands of them would be more than a copy may hold. */
const podsNamed = 50;

/** What the details say of an incident in whole sentences. */
export function detailsText(incident: IncidentView, row: IncidentRow, speech: Speech, now: number): DetailsText {
  const { words, locale, language } = speech;
  const { progress } = incident;
  const cause = causeText(incident, speech, now);
  const space = language === 'zh' ? '' : ' ';
  const word = (text: string) => text + words.common.stop;
  const lasting = words.details.failingFor(formatAge(locale, now - incident.firstSeen));
  const unnamed = incident.pods.length - podsNamed;
  const forOwner = [
    `${incident.image}: ${cause.word}${words.common.stop}${space}${cause.explanation}`,
    ...cause.help.map((way) => `- ${way}`),
    ...incident.pods
      .slice(0, podsNamed)
      .map((pod) => `${incident.context} ${pod.namespace}/${pod.name} (${pod.container})`),
    ...(unnamed > 0 ? [words.common.more(unnamed, formatNumber(locale, unnamed))] : []),
    ...(incident.message ? [incident.message] : []),
  ].join('\n');

  switch (progress.is) {
    case 'rescuing':
      return { word: word(row.word), explanation: cause.explanation, help: [], forOwner };
    case 'healed':
      return {
        word: word(words.failing.healed),
        explanation: words.details.healedVia(progress.via),
        help: [],
        forOwner,
      };
    case 'gave-up': {
      const { why } = progress;
      const happened =
        why.is === 'denied'
          ? words.details.denied(why.verb, why.resource, why.namespace)
          : why.is === 'rejected'
            ? words.details.rejected
            : why.is === 'unreachable'
              ? words.details.unreachable
              : words.details.noMirrorLeft;
      const logins = progress.earlier.flatMap(
        (failure) => mirrorLoginText(failure, incident.image, language)?.next ?? [],
      );
      const next =
        progress.retryAt === null
          ? words.details.retriesByClick
          : words.details.retriesAt(formatClock(locale, progress.retryAt, now));
      const explanation = why.is === 'rejected' || why.is === 'unreachable' ? next : [happened, next].join(space);
      const lead =
        why.is === 'denied' || logins.length > 0
          ? row.word
          : why.is === 'no-mirror-left'
            ? words.failing.noMirrorLeft
            : happened.replace(/[:：]$/, '');
      return { word: word(lead), explanation, help: [...new Set(logins)], forOwner };
    }
    case 'failing':
      return {
        word: word(row.old ? `${row.word}${words.common.comma}${cause.word}` : row.word),
        explanation: [cause.explanation, lasting].filter((part) => part !== '').join(space),
        // Where the cause is not certain, a fix is one way among others.
        help: canBeHealed(incident) && incident.diagnosis.healable === 'yes' ? [] : cause.help,
        forOwner,
      };
  }
}
