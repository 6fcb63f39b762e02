import type { Cause, Diagnosis, Healable } from './cause';
import { isDaoCloudHost } from '../mirrors/daocloud';
import { diagnosisRules, wantsLogin, type DiagnosisRule, type Verdict } from './diagnosisRules';
import { isDomain, parseImageReference } from '../image/imageReference';
import { allWords, attemptsIn, deniedRepository, quotedImage, runtimesImage, type Attempt } from './kubeletMessage';
import { isMirrorHost } from '../mirrors/mirrors';
import { defaultSettings, type MirrorRule } from '../settings';

/** What the kubelet says about one container. */
export interface PullReport {
  /** The message of the waiting state, or the text of a `Failed` event; may be empty. */
  readonly message: string;
  /** The waiting reason; may be empty. */
  readonly reason: string;
  /** The image in the container's spec; may be empty. */
  readonly image: string;
  /** The mirrors in use, to tell a mirror's refusal from a registry's. Those of a new installation when absent. */
  readonly mirrors?: readonly MirrorRule[];
  /** The host of the mirror that this very image comes through, where that is known; whatever the mirrors in use are. */
  readonly mirrorHost?: string;
}

/** Whether a mirror can heal a cause. A rule may know better about its own words. */
const healing: Readonly<Record<Cause, Healable>> = {
  unreachable: 'yes',
  'rate-limited': 'yes',
  'mirror-error': 'yes',
  interrupted: 'yes',
  tls: 'no',
  unauthorized: 'no',
  'not-found': 'no',
  'bad-reference': 'no',
  'no-matching-platform': 'no',
  'disk-full': 'no',
  signature: 'no',
  'never-policy': 'no',
  unknown: 'offer',
};

/** Reasons that say it all. `ImageVolumeMountFailed` is about a volume, which no patch can change. */
const decisiveReasons: ReadonlyMap<string, Verdict> = new Map<string, Verdict>([
  ['ErrImageNeverPull', { cause: 'never-policy' }],
  ['InvalidImageName', { cause: 'bad-reference' }],
  ['SignatureValidationFailed', { cause: 'signature' }],
  ['ImageVolumeMountFailed', { cause: 'unknown', healable: 'no' }],
]);

/** A registry's host in front of a path is how a mirror names that registry's images. */
const registriesInPaths =
  /^(?:docker\.io|ghcr\.io|quay\.io|(?:[a-z0-9-]+\.)?gcr\.io|registry\.k8s\.io|mcr\.microsoft\.com|nvcr\.io|docker\.elastic\.co|public\.ecr\.aws|lscr\.io)\//;

/** These give all their images to everyone, so that a refusal is about the address that asks, or where it is. */
const publicRegistries: ReadonlySet<string> = new Set([
  'registry.k8s.io',
  'k8s.gcr.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
]);

/** What was decided, and on what ground. */
interface Decision {
  readonly verdict: Verdict;
  readonly attempt: Attempt | null;
  readonly needsLogin: boolean;
}

/** Longer than any reference can be. */
const maxImageLength = 1024;

/** Names the cause of a failed pull, from what the kubelet says of it. Knows an answer to any text, in bounded time. */
export function diagnose(given: PullReport): Diagnosis {
  const image = given.image.slice(0, maxImageLength);
  const sandbox = isSandbox({ ...given, image });
  // a text about the pause image has nothing to say about the pod's
  const report = { ...given, image: sandbox ? '' : image };
  const attempts = attemptsIn(report.message);
  const { verdict, attempt, needsLogin } = decide(report, attempts);
  const { cause, healable, ambiguous } = verdict;
  const named = attempt?.host ?? attempts[0]?.host ?? '';
  const registry = asksRegistry.has(cause) || needsLogin ? namedRegistry(report) : null;
  return {
    cause,
    healable: sandbox ? 'no' : (healable ?? healing[cause]),
    ambiguous: ambiguous ?? false,
    host: registry ?? named,
    sandbox,
    needsLogin: needsLogin && !sandbox,
  };
}

/** In these the registry itself is the matter, and not the server behind it that happened to say so. */
const asksRegistry: ReadonlySet<Cause> = new Set<Cause>(['unauthorized', 'not-found']);

function decide(report: PullReport, attempts: readonly Attempt[]): Decision {
  const certain = decisiveReasons.get(report.reason);
  if (certain) return { verdict: certain, attempt: null, needsLogin: false };
  const inspecting = isInspection(report);
  for (const attempt of attempts) {
    const rule = diagnosisRules.find(({ words, onTheNode }) => (onTheNode ?? !inspecting) && words.test(attempt.words));
    if (rule) return inspecting ? ofInspection(rule, attempt) : ofRule(rule, report, attempt);
  }
  return { verdict: byCode(attempts, inspecting) ?? byReason(report), attempt: null, needsLogin: false };
}

function ofRule(rule: DiagnosisRule, report: PullReport, attempt: Attempt): Decision {
  const { domain, isMirror } = subjectOf(report, attempt);
  const verdict: Verdict = rule.elsewhere && domain !== 'docker.io' ? rule.elsewhere : rule;
  // a registry that not everybody knows lets nobody in who has no login there, by whatever way a node asks it
  const isPrivate = verdict.cause === 'unauthorized' && !registriesInPaths.test(`${domain}/`);
  if (rule.fromMirror && (isMirror || (attempt.viaNodeMirror && !isPrivate))) {
    // the pod's credentials are those of the name in its spec, whatever host the node has that name pulled from;
    // DaoCloud's mirror has no accounts
    const ofPod = isMirror && !isDaoCloudHost(domain);
    return { verdict: rule.fromMirror, attempt, needsLogin: ofPod && wantsLogin.test(attempt.words) };
  }
  if (verdict.cause === 'unauthorized' && publicRegistries.has(domain) && !wantsLogin.test(attempt.words))
    return { verdict: { cause: 'unauthorized', healable: 'offer' }, attempt, needsLogin: false };
  return { verdict: withReason(verdict, report), attempt, needsLogin: false };
}

/** While the kubelet looks for the image on the node no registry is asked: only the name or the node can be at fault. */
function ofInspection(rule: DiagnosisRule, attempt: Attempt): Decision {
  const { cause, healable = 'no' } = rule;
  return { verdict: { cause, healable }, attempt, needsLogin: false };
}

function isInspection({ reason, message }: PullReport): boolean {
  return reason === 'ImageInspectError' || /\bFailed to inspect image\b/.test(message.slice(0, 200));
}

/** The runtime calls a registry unavailable that answers 502 to 504; its text alone could mean a fault of any kind. */
function withReason(verdict: Verdict, { reason }: PullReport): Verdict {
  const vague = verdict.cause === 'unknown' && verdict.healable === undefined;
  return vague && reason === 'RegistryUnavailable' ? { cause: 'unreachable' } : verdict;
}

/** Where nothing else is said, the code is the only word there is. */
function byCode(attempts: readonly Attempt[], inspecting: boolean): Verdict | null {
  const codes = attempts[0]?.codes ?? [];
  const healable = inspecting ? { healable: 'no' as const } : {};
  if (codes.some((code) => code === 'DeadlineExceeded' || code === 'Canceled'))
    return { cause: 'interrupted', ...healable };
  return codes.includes('NotFound') && !inspecting ? { cause: 'not-found' } : null;
}

function byReason(report: PullReport): Verdict {
  if (report.reason === 'RegistryUnavailable') return { cause: 'unreachable' };
  if (isInspection(report) && report.message !== '') return { cause: 'unknown', healable: 'no' };
  return { cause: 'unknown' };
}

/** The registry that was asked, by the image's name or else by the host in the text; Docker Hub when there is none. */
function subjectOf(report: PullReport, { host }: Attempt): { readonly domain: string; readonly isMirror: boolean } {
  const mirrors = report.mirrors ?? defaultSettings.mirrors;
  const isMirror = (domain: string) => domain === report.mirrorHost || isMirrorHost(domain, mirrors);
  const named = namedImage(report);
  if (named) return { domain: named.domain, isMirror: isMirror(named.domain) || registriesInPaths.test(named.path) };
  const domain = host === '' || /\.docker\.(?:io|com)$/.test(host) ? 'docker.io' : host;
  return { domain, isMirror: isMirror(domain) };
}

/** The host of the image that the report is about; null where no image is named, or not in full. */
function namedRegistry(report: PullReport): string | null {
  const named = namedImage(report);
  return named === null || named.path === '' ? null : named.domain;
}

/** Without a path where only the host can be told. */
function namedImage(report: PullReport): { readonly domain: string; readonly path: string } | null {
  for (const text of [deniedRepository(report.message), report.image, quotedImage(report.message)]) {
    const parsed = parseImageReference(text ?? '');
    if (parsed.ok) return parsed.reference;
    const host = blackedOutHost(text ?? '');
    if (host !== '') return { domain: host, path: '' };
  }
  return null;
}

/** People black out parts of what they show, as in `<account>.dkr.ecr.eu-west-1.amazonaws.com/app`; the host still tells who was asked. */
function blackedOutHost(text: string): string {
  const first = text.slice(0, 300).split('/')[0] ?? '';
  const plain = first.replace(/[<{$*][^>}.]{0,80}[>}*]?/g, 'x');
  return text.includes('/') && plain.includes('.') && isDomain(plain) ? plain : '';
}

/** The pause image, which the kubelet needs for every pod and no pod names. */
function isSandbox(report: PullReport): boolean {
  const { message, image, reason } = report;
  if (/PodSandBox/i.test(reason) || /for "POD" with|pod infra container/.test(message.slice(0, 2048))) return true;
  if (/pod ?sandbox|sandbox image/i.test(allWords(message))) return true;
  const quoted = nameIn(quotedImage(message) ?? '');
  if (!/(?:^|-)pause(?:-|$)/.test(quoted)) return false;
  // without the name of the pod's image it still tells that the kubelet, which quotes those, does not speak
  return image === '' ? nameIn(runtimesImage(message) ?? '') === quoted : nameIn(image) !== quoted;
}

function nameIn(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? (parsed.reference.path.split('/').at(-1) ?? '') : (/([^/:@]+)(?:[:@].*)?$/.exec(image)?.[1] ?? '');
}
