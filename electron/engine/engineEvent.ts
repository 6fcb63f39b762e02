import type { ActivityEntry, GaveUpReason, PrepullWay } from '../domain/appState';
import type { PrepullReport } from '../domain/prepull/prepull';
import { wayLeftText } from '../domain/prepull/wayLeft';
import type { RescueReport, RescueState, TargetPlan } from '../domain/rescue/rescueState';
import type { Restore, RestoreContainer, RestoreReport } from '../domain/restore/restoreState';
import type { Incident } from '../domain/decision';
import type { Cause, Healable } from '../domain/diagnosis/cause';

/**
 * What happened, for logs and scripts: one line of `pullthrough run --json` each. Names and meanings are
 * stable; new fields may come.
 */
export interface EngineEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Empty where it is about no single context. */
  readonly context: string;
  readonly event: EngineEventName;
  readonly status?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  /** The image as the pod's owner wrote it. */
  readonly image?: string;
  readonly proxied?: string;
  readonly node?: string;
  /** By which an image is brought onto the node. */
  readonly way?: PrepullWay['is'];
  readonly cause?: Cause;
  readonly healable?: Healable;
  readonly why?: string;
  /** A mirror's host. */
  readonly host?: string;
  /** ISO 8601, UTC; absent when no time is known. */
  readonly until?: string;
  /** With --dry-run: what would have been sent. */
  readonly patch?: unknown;
}

export type EngineEventName =
  | 'context-status'
  | 'failure'
  | 'diagnosed'
  | 'refused'
  | 'cache-started'
  | 'cached'
  | 'cache-failed'
  /** A way to bring an image onto a node shows nothing there, and the next one is tried. */
  | 'way-left'
  /** No way is left: the kubelet pulls when the pod asks. */
  | 'not-cached'
  /** A Job is about to give an image its own name on a node; it has; it could not, or it was of no use. */
  | 'retag-started'
  | 'retagged'
  | 'retag-failed'
  | 'swapped'
  | 'healed'
  | 'put-back'
  | 'gave-up'
  | 'restore-ready'
  /** The original is put back, and the container is started anew from it. */
  | 'restoring'
  | 'restored'
  /** A restored container did not start, and is on the mirror again. */
  | 'swapped-back'
  /** Nothing new is asked of a mirror, so that it does not ban the address. */
  | 'mirror-stopped'
  | 'mirror-free'
  | 'error';

/** A rescue's report as events; those about a pod's containers carry its names. */
export function rescueEvents(
  rescue: RescueState,
  report: RescueReport,
): readonly Omit<EngineEvent, 'time' | 'context'>[] {
  switch (report.event) {
    case 'swapped':
    case 'healed':
    case 'put-back': {
      const { namespace, pod, node } = report.target;
      const { event, container, proxied } = report;
      return [{ event, namespace, pod, container, image: report.image, proxied, node }];
    }
    case 'ended':
      return report.outcome.is === 'gave-up' ? gaveUpEvents(rescue, report.outcome.why) : [];
    default:
      return prepullEvents(rescue.image, report);
  }
}

/** What is told of an image on its way onto nodes; `image` as the pod's owner wrote it. */
export function prepullEvents(image: string, report: PrepullReport): readonly Omit<EngineEvent, 'time' | 'context'>[] {
  switch (report.event) {
    case 'cache-started':
      return report.nodes.map((node) => ({
        event: report.event,
        image,
        proxied: report.proxied,
        node,
        way: report.way,
      }));
    case 'way-left': {
      const { event, proxied, way } = report;
      const why = wayLeftText(report.why, way);
      return report.nodes.map((node) => ({ event, image, proxied, node, way, why }));
    }
    case 'not-cached': {
      const { event, proxied } = report;
      const why = wayLeftText(report.why, report.way);
      return report.nodes.map((node) => ({ event, image, proxied, node, why }));
    }
    case 'cached':
      return [{ event: report.event, image, proxied: report.proxied, node: report.node }];
    case 'cache-failed':
      return [{ ...report, image }];
  }
}

export function restoreEvents(
  { namespace, pod, node }: Restore,
  event: RestoreReport,
  containers: readonly RestoreContainer[],
): readonly Omit<EngineEvent, 'time' | 'context'>[] {
  return containers.map(({ name, original, proxied }) => ({
    event,
    namespace,
    pod,
    container: name,
    image: original,
    proxied,
    node,
  }));
}

type GivenUp = Pick<TargetPlan, 'namespace' | 'pod' | 'node' | 'containers'>;

/** A rescue or a retag could not heal its pods. */
export function gaveUpEvents(
  { targets }: { readonly targets: Readonly<Record<string, GivenUp>> },
  why: GaveUpReason,
): readonly Omit<EngineEvent, 'time' | 'context'>[] {
  return Object.values(targets).flatMap(({ namespace, pod, node, containers }) =>
    containers.map(({ name, original }) => ({
      event: 'gave-up' as const,
      namespace,
      pod,
      container: name,
      image: original,
      node,
      why: gaveUpText(why),
    })),
  );
}

/** These failures cannot be healed; no rescue began. */
export function deniedEvents(incident: Incident, why: GaveUpReason): readonly Omit<EngineEvent, 'time' | 'context'>[] {
  return incident.verdicts
    .filter(({ refusal }) => refusal === null)
    .map(({ failure: { namespace, pod, container, original, node } }) => ({
      event: 'gave-up' as const,
      namespace,
      pod,
      container,
      image: original,
      node,
      why: gaveUpText(why),
    }));
}

/** For logs; windows have words of their own. */
function gaveUpText(why: GaveUpReason): string {
  switch (why.is) {
    case 'no-mirror-left':
      return 'no mirror has it';
    case 'denied':
      return `may not ${why.verb} ${why.resource} in namespace ${why.namespace}`;
    case 'rejected':
      return `the cluster refuses the change: ${why.detail}`;
    case 'unreachable':
      return `the cluster does not answer: ${why.detail}`;
  }
}

/** What a dry run would have written, as the event that the write would have been; null for other entries. */
export function dryRunEvent({ at, context, kind, object, outcome, sent }: ActivityEntry): EngineEvent | null {
  const event =
    kind === 'swapped'
      ? 'swapped'
      : kind === 'cache-created'
        ? 'cache-started'
        : kind === 'created' && object.startsWith('Job ')
          ? 'retag-started'
          : null;
  if (outcome !== 'would-do' || event === null) return null;
  const [namespace = '', name = ''] = object.replace(/^Job /, '').split('/');
  const about = event === 'swapped' ? { namespace, pod: name } : { namespace };
  const time = new Date(at).toISOString();
  return { time, context, event, ...about, why: 'dry run: nothing was written', patch: JSON.parse(sent) as unknown };
}
