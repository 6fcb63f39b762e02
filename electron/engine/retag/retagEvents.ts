import type { Verdict } from '../../domain/decision';
import type { RetagFailure, RetagReport, RetagState } from '../../domain/retag/retagState';
import { gaveUpEvents, type EngineEvent } from '../engineEvent';

type RetagEvents = readonly Omit<EngineEvent, 'time' | 'context'>[];

/** A retag's report as events; those about a pod's containers carry its names. */
export function retagEvents(retag: RetagState, report: RetagReport): RetagEvents {
  const { image } = retag;
  switch (report.event) {
    case 'retag-started':
    case 'retagged':
      return [{ ...report, image }];
    case 'retag-failed': {
      const { event, node, proxied, failure, cause, detail, target } = report;
      const why = retagFailureText(failure, detail);
      const said = { event, image, proxied, node, ...(cause !== null && { cause }), why };
      if (!target) return [said];
      const { namespace, pod, containers } = target;
      return containers.map(({ name, original }) => ({ ...said, namespace, pod, container: name, image: original }));
    }
    case 'healed': {
      const { event, proxied, target } = report;
      const { namespace, pod, node, containers } = target;
      return containers.map(({ name, original }) => ({
        event,
        namespace,
        pod,
        container: name,
        image: original,
        proxied,
        node,
      }));
    }
    case 'ended': {
      const { outcome } = report;
      return outcome.is === 'gave-up' ? gaveUpEvents(retag, outcome.why) : [];
    }
  }
}

/** A retag of these failures did not even begin. */
export function unhelpedEvents(verdicts: readonly Verdict[], failure: RetagFailure, detail: string): RetagEvents {
  return verdicts.map(({ failure: { namespace, pod, container, original, node } }) => ({
    event: 'retag-failed',
    namespace,
    pod,
    container,
    image: original,
    node,
    why: retagFailureText(failure, detail),
  }));
}

/** For logs; windows have words of their own. */
function retagFailureText(failure: RetagFailure, detail: string): string {
  const more = detail === '' ? '' : `: ${detail}`;
  switch (failure) {
    case 'pull':
      return `the node could not pull it${more}`;
    case 'login':
      return `the mirror wants a login, and no pull secret reaches the node's own client${more}`;
    case 'helper':
      return `the Job's own image could not be pulled${more}`;
    case 'node':
      return `the Job could not do it on this node${more}`;
    case 'no-pod':
      return detail;
    case 'slow':
      return 'the Job took too long';
    case 'job-refused':
      return `the Job could not be created${more}`;
    case 'kubelet-pulled':
      return "the kubelet has pulled these bytes under the mirror's name, and since 1.35 gives them to nobody under another: a retag cannot help";
    case 'not-taken':
      return 'the kubelet goes on failing although the image has its name: a retag cannot help';
    case 'not-tried':
      return 'the image has its name, and the kubelet did not start the container in time';
  }
}
