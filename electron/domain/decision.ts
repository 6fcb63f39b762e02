import type { AllowList } from './mirrors/allowList';
import type { Candidate } from './appState';
import type { Diagnosis, Healable, Refusal } from './diagnosis/cause';
import { diagnose } from './diagnosis/diagnosis';
import { canonicalName, parseImageReference, sameImage } from './image/imageReference';
import type { MirrorStop } from './mirrors/mirrorBudget';
import { candidatesFor } from './mirrors/mirrors';
import { firstPart } from './mirrors/mirrorTemplate';
import type { KnownFailure } from './podBook';
import type { PodSnapshot } from './podSnapshot';
import { messageImage } from './diagnosis/pullFailure';
import type { MirrorRule } from './settings';

/** What a decision depends on besides the failure itself. */
export interface DecisionRules {
  readonly mirrors: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  readonly excludedNamespaces: readonly string[];
  /** Namespaces that carry `pullthrough.dev/auto: "false"`. */
  readonly optedOutNamespaces: ReadonlySet<string>;
  /** What DaoCloud's mirror serves; null: not known, and so everything. */
  readonly allowList: AllowList | null;
  /** Why nothing new is asked of the mirror on this host, or null when it may be asked. */
  readonly stopOf: (host: string) => MirrorStop | null;
  /** Whether nodes may be made to give images their own names: all that helps a pod whose image must not be changed. */
  readonly retag?: boolean;
}

/** One failure with what may be done about it. */
export interface Verdict {
  readonly failure: KnownFailure;
  readonly pod: PodSnapshot;
  /** Its `healable` is about this failure: `yes` only where it may be healed unasked by now. */
  readonly diagnosis: Diagnosis;
  /** Null: it may be healed. */
  readonly refusal: Refusal | null;
  /** The mirrors that it has not failed on and that may be asked now. None for a swapped container: it is put back. */
  readonly candidates: readonly Candidate[];
}

/** All failures of one image in one context; the unit of a notification, of a click, of a row. */
export interface Incident {
  readonly id: string;
  /** The image text of the failure that was seen first. */
  readonly image: string;
  readonly firstSeen: number;
  readonly diagnosis: Diagnosis;
  readonly message: string;
  readonly verdicts: readonly Verdict[];
  /** Why none of its failures may be healed, or null when one may. */
  readonly refusal: Refusal | null;
  readonly candidates: readonly Candidate[];
}

/** Groups failures by image and decides for each of them. Oldest incident first. */
export function incidentsOf(
  failures: readonly KnownFailure[],
  podOf: (uid: string) => PodSnapshot | undefined,
  rules: DecisionRules,
): readonly Incident[] {
  const groups = new Map<string, Verdict[]>();
  for (const failure of [...failures].sort((a, b) => a.firstSeen - b.firstSeen)) {
    const pod = podOf(failure.podUid);
    if (!pod) continue;
    const { incident, verdict } = decided(failure, pod, rules);
    const group = groups.get(incident) ?? [];
    group.push(verdict);
    groups.set(incident, group);
  }
  return [...groups].flatMap(([id, verdicts]) => incidentOf(id, verdicts) ?? []);
}

/** The incident that these make, oldest first; null where there are none. */
export function incidentOf(id: string, verdicts: readonly Verdict[]): Incident | null {
  const speaker = speakerOf(verdicts);
  const oldest = verdicts[0];
  if (!speaker || !oldest) return null;
  return {
    id,
    image: oldest.failure.original,
    firstSeen: oldest.failure.firstSeen,
    diagnosis: speaker.diagnosis,
    message: speaker.failure.message,
    verdicts,
    refusal: speaker.refusal,
    candidates: speaker.candidates,
  };
}

/** The first that may be healed speaks for the incident, by itself before on a click; where none may, the one that may soon. */
function speakerOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return (
    verdicts.find(isAutomatic) ??
    verdicts.find(({ refusal }) => refusal === null) ??
    verdicts.find(({ refusal }) => refusal?.code === 'budget') ??
    verdicts[0]
  );
}

/** Whether it may be healed without a person's asking for it, where the context heals itself. */
export function isAutomatic({ refusal, diagnosis }: Verdict): boolean {
  return refusal === null && diagnosis.healable === 'yes';
}

/** Whether it carries a mirror's image, and fails on that. */
export function isOnMirror({ failure }: Verdict): boolean {
  return failure.image !== failure.original;
}

/** The same image is one incident however its name is written; a text that is no name stands for itself. */
function incidentId(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? canonicalName(parsed.reference) : image;
}

/** What may be done about one failure. Order matters: the reason that a person can act on comes first. */
export function decide(failure: KnownFailure, pod: PodSnapshot, rules: DecisionRules): Verdict {
  const isSwapped = failure.image !== failure.original;
  const found = finding(failure, rules);
  const { diagnosis, outcome } = found;
  const { candidates, refusal } = outcome;
  // a mirror that this pod already failed on is not tried on it again, whoever tried it
  const untried = candidates.filter(({ proxied }) => proxied !== failure.image && !failure.tried.includes(proxied));
  const open = untried.filter(({ mirror }) => rules.stopOf(mirror) === null);
  // what carries a mirror's image can always be put back
  const ofMirrors = isSwapped ? null : (refusal ?? budgetRefusal(untried, rules));
  return {
    failure,
    pod,
    diagnosis: { ...diagnosis, healable: healableNow(failure, diagnosis, rules) },
    candidates: open,
    refusal: podRefusal(failure, pod, rules) ?? causeRefusal(failure, found, rules) ?? ofMirrors,
  };
}

/** A decision stands for as long as the failure, its pod and the rules are the objects that it was made by. */
interface Decided {
  readonly rules: DecisionRules;
  readonly incident: string;
  readonly verdict: Verdict;
}

const decisions = new WeakMap<KnownFailure, Decided>();

function decided(failure: KnownFailure, pod: PodSnapshot, rules: DecisionRules): Decided {
  const before = decisions.get(failure);
  if (before?.rules === rules && before.verdict.pod === pod) return before;
  const incident = before?.incident ?? incidentId(failure.original);
  const now = { rules, incident, verdict: decide(failure, pod, rules) };
  decisions.set(failure, now);
  return now;
}

/** What is found out about a failure by these rules, whoever is asked and when. */
interface Finding extends Pick<DecisionRules, 'mirrors' | 'noProxy' | 'allowList'> {
  readonly diagnosis: Diagnosis;
  readonly outcome: ReturnType<typeof candidatesFor>;
  readonly isAboutAnother: boolean;
}

/** Reading what a kubelet says takes longer than all the rest of a decision, and decisions are made again and again. */
const findings = new WeakMap<KnownFailure, Finding>();

function finding(failure: KnownFailure, { mirrors, noProxy, allowList }: DecisionRules): Finding {
  const known = findings.get(failure);
  if (known && known.mirrors === mirrors && known.noProxy === noProxy && known.allowList === allowList) return known;
  const { image, original } = failure;
  const found = {
    mirrors,
    noProxy,
    allowList,
    diagnosis: diagnose({ ...failure, mirrors, ...(image !== original && { mirrorHost: firstPart(image) }) }),
    outcome: candidatesFor(original, mirrors, noProxy, allowList),
    isAboutAnother: isAboutAnotherImage(failure),
  };
  findings.set(failure, found);
  return found;
}

/** The failed attempt from which on these are no accident any more. */
const again = 2;

/**
 * A pull that was cut off once may go through at the kubelet's next attempt. A container that fails on its mirror is
 * healed by another one, or by its own image, whatever the mirror's words are; left alone it would go on asking the
 * mirror, and be one of those whose errors a mirror bans for.
 */
function healableNow(failure: KnownFailure, { cause, healable, sandbox }: Diagnosis, rules: DecisionRules): Healable {
  const { image, original, attempts } = failure;
  if (isForRetagAlone(failure, rules)) return 'yes';
  const waits = image !== original ? !sandbox : cause === 'interrupted' && healable !== 'no';
  if (!waits) return healable;
  return attempts >= again ? 'yes' : 'offer';
}

/** Every mirror that could be asked has been asked enough: the one that may be asked first again is named. */
function budgetRefusal(candidates: readonly Candidate[], { stopOf }: DecisionRules): Refusal | null {
  const stops = candidates.map(({ mirror }) => ({ mirror, stop: stopOf(mirror) }));
  if (stops.some(({ stop }) => stop === null)) return null;
  const endOf = (stop: MirrorStop | null) => stop?.until ?? Infinity;
  const [first] = stops.sort((a, b) => endOf(a.stop) - endOf(b.stop));
  if (!first) return null;
  const until = first.stop?.until ?? null;
  return { code: 'budget', about: first.mirror, ...(until !== null && { until }) };
}

function podRefusal(failure: KnownFailure, pod: PodSnapshot, rules: DecisionRules): Refusal | null {
  // under the policy Always the node asks the registry of the name, whatever it has
  if (pod.isStatic && !(rules.retag && failure.pullPolicy !== 'Always')) return { code: 'static-pod', about: '' };
  if (pod.optedOut) return { code: 'opted-out-pod', about: pod.name };
  if (rules.optedOutNamespaces.has(pod.namespace) || rules.excludedNamespaces.includes(pod.namespace))
    return { code: 'opted-out-namespace', about: pod.namespace };
  if (failure.kind === 'ephemeral') return { code: 'ephemeral-container', about: failure.container };
  if (failure.pullPolicy === 'Never' && !rules.retag) return { code: 'never-policy', about: '' };
  return null;
}

/** A pod whose policy forbids all pulling waits for nothing but that the image is there under its name. */
function isForRetagAlone({ pullPolicy, image, original }: KnownFailure, { retag = false }: DecisionRules): boolean {
  return retag && pullPolicy === 'Never' && image === original;
}

/** Whether its image may be changed in the cluster: no use on a static pod, nor where nothing may be pulled. */
export function isSwappable({ failure, pod }: Verdict): boolean {
  return !pod.isStatic && failure.pullPolicy !== 'Never';
}

function causeRefusal(
  failure: KnownFailure,
  { diagnosis, isAboutAnother }: Finding,
  rules: DecisionRules,
): Refusal | null {
  if (diagnosis.sandbox) return { code: 'sandbox', about: '' };
  if (isAboutAnother) return { code: 'image-volume', about: messageImage(failure.message) ?? '' };
  // the text of a swapped pod is about the mirror; whether the original can be healed was decided before
  if (failure.image !== failure.original || isForRetagAlone(failure, rules)) return null;
  return diagnosis.healable === 'no' ? { code: 'cause', about: diagnosis.cause } : null;
}

/** The kubelet reports the failed pull of an image volume as its container's; patching the container is no help. */
function isAboutAnotherImage({ message, image, original }: KnownFailure): boolean {
  const quoted = messageImage(message);
  // right after a swap the status still tells of the image before; and runtimes drop the tag beside a digest
  return quoted !== null && !sameImage(quoted, image) && !sameImage(quoted, original);
}
