import type { Cause, Diagnosis, Healable } from './cause';
import { diagnosisRules, type DiagnosisRule, type Verdict } from './diagnosisRules';
import { parseImageReference } from './imageReference';
import { attemptsIn, deniedRepository, quotedImage, type Attempt } from './kubeletMessage';
import { isMirrorHost } from './mirrors';
import { defaultSettings, type MirrorRule } from './settings';

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
const decisiveReasons: Readonly<Record<string, Verdict>> = {
  ErrImageNeverPull: { cause: 'never-policy' },
  InvalidImageName: { cause: 'bad-reference' },
  SignatureValidationFailed: { cause: 'signature' },
  ImageVolumeMountFailed: { cause: 'unknown', healable: 'no' },
};

/** A registry's host in front of a path is how a mirror names that registry's images. */
const registriesInPaths =
  /^(?:docker\.io|ghcr\.io|quay\.io|(?:[a-z0-9-]+\.)?gcr\.io|registry\.k8s\.io|mcr\.microsoft\.com|nvcr\.io|docker\.elastic\.co|public\.ecr\.aws|lscr\.io)\//;

/** Names the cause of a failed pull, from what the kubelet says of it. */
export function diagnose(report: PullReport): Diagnosis {
  const attempts = attemptsIn(report.message);
  const decided = decide(report, attempts);
  const { cause, healable, ambiguous } = decided.verdict;
  const sandbox = isSandbox(report);
  return {
    cause,
    healable: sandbox ? 'no' : (healable ?? healing[cause]),
    ambiguous: ambiguous ?? false,
    host: decided.attempt?.host ?? attempts[0]?.host ?? '',
    sandbox,
    needsLogin: false,
  };
}

function decide(report: PullReport, attempts: readonly Attempt[]): { verdict: Verdict; attempt: Attempt | null } {
  const certain = decisiveReasons[report.reason];
  if (certain) return { verdict: certain, attempt: null };
  for (const attempt of attempts) {
    const rule = rulesFor(report).find(({ words }) => words.test(attempt.words));
    if (rule) return { verdict: withReason(verdictOf(rule, report, attempt), report), attempt };
  }
  return { verdict: byCode(attempts) ?? byReason(report), attempt: null };
}

/** While the kubelet looks for the image on the node no registry is asked, so only the name can be at fault. */
function rulesFor({ reason, message }: PullReport): readonly DiagnosisRule[] {
  return isInspection(reason, message)
    ? diagnosisRules.filter(({ cause }) => cause === 'bad-reference')
    : diagnosisRules;
}

function isInspection(reason: string, message: string): boolean {
  return reason === 'ImageInspectError' || /\bFailed to inspect image\b/.test(message);
}

function verdictOf(rule: DiagnosisRule, report: PullReport, attempt: Attempt): Verdict {
  const { domain, isMirror } = subjectOf(report, attempt);
  if (rule.fromMirror && (isMirror || attempt.viaNodeMirror)) return rule.fromMirror;
  return rule.elsewhere && domain !== 'docker.io' ? rule.elsewhere : rule;
}

/** The runtime calls a registry unavailable that answers 502 to 504; its text alone could mean a fault of any kind. */
function withReason(verdict: Verdict, { reason }: PullReport): Verdict {
  const vague = verdict.cause === 'unknown' && verdict.healable === undefined;
  return vague && reason === 'RegistryUnavailable' ? { cause: 'unreachable' } : verdict;
}

/** Where nothing else is said, the code is the only word there is. */
function byCode(attempts: readonly Attempt[]): Verdict | null {
  const codes = attempts[0]?.codes ?? [];
  if (codes.some((code) => code === 'DeadlineExceeded' || code === 'Canceled')) return { cause: 'interrupted' };
  return codes.includes('NotFound') ? { cause: 'not-found' } : null;
}

function byReason({ reason, message }: PullReport): Verdict {
  if (reason === 'RegistryUnavailable') return { cause: 'unreachable' };
  if (isInspection(reason, message) && message !== '') return { cause: 'unknown', healable: 'no' };
  return { cause: 'unknown' };
}

/** The registry that was asked, by the image's name or else by the host in the text; Docker Hub when there is none. */
function subjectOf(report: PullReport, { host }: Attempt): { readonly domain: string; readonly isMirror: boolean } {
  const mirrors = report.mirrors ?? defaultSettings.mirrors;
  const texts = [deniedRepository(report.message), report.image, quotedImage(report.message)];
  for (const text of texts) {
    const parsed = parseImageReference(text ?? '');
    if (!parsed.ok) continue;
    const { domain, path } = parsed.reference;
    return { domain, isMirror: isMirrorHost(domain, mirrors) || registriesInPaths.test(path) };
  }
  const domain = host === '' || /\.docker\.(?:io|com)$/.test(host) ? 'docker.io' : host;
  return { domain, isMirror: isMirrorHost(domain, mirrors) };
}

/** The pause image, which the kubelet needs for every pod and no pod names. */
function isSandbox({ message, image }: PullReport): boolean {
  if (/\bpod ?sandbox\b|\bsandbox image\b/i.test(message)) return true;
  const quoted = nameIn(quotedImage(message) ?? '');
  return /^pause(?:-|$)/.test(quoted) && image !== '' && nameIn(image) !== quoted;
}

function nameIn(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? (parsed.reference.path.split('/').at(-1) ?? '') : (/([^/:@]+)(?:[:@].*)?$/.exec(image)?.[1] ?? '');
}
