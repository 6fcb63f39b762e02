import type { PrepullWay, WayLeft } from '../appState';
import type { WriteResult } from '../writeResult';

/** What the cluster's answer to a write says of the way for which it was sent. */
export function refusedBy(result: WriteResult): WayLeft {
  switch (result.is) {
    case 'denied': {
      const { verb, resource, namespace } = result;
      return { is: 'denied', verb, resource, namespace };
    }
    case 'rejected':
    case 'unavailable':
      return { is: 'refused', detail: result.detail };
    default:
      return { is: 'namespace-gone' };
  }
}

/** For logs, of this way where there was one; windows have words of their own. */
export function wayLeftText(why: WayLeft, way?: PrepullWay['is']): string {
  const title = way ? titles[way] : 'it';
  switch (why.is) {
    case 'no-way':
      return 'there is no way to have it pulled ahead';
    case 'unlabelled':
      return 'kube-fledged cannot be told of the node, as its hostname label is not known';
    case 'not-ready':
      return 'the node is not ready, and nothing would pull there';
    case 'windows':
      return 'the node runs Windows, and what would pull the image there needs Linux';
    case 'helper-failed':
      return 'its own helper cannot pull there';
    case 'object-gone':
      return `what was made for ${title} is gone`;
    case 'pod-deleted':
      return 'its pull pod was deleted before it had pulled';
    case 'shows-nothing':
      return `${title} shows nothing of it${inBrackets(why.detail)}`;
    case 'pod-went':
      return `its pod went before its end${inBrackets(why.detail)}`;
    case 'unseen':
      return `nothing of it was seen for ${String(why.seconds)} s`;
    case 'denied':
      return `may not ${why.verb} ${why.resource} in namespace ${why.namespace}`;
    case 'refused':
      return why.detail;
    case 'namespace-gone':
      return 'its namespace is gone';
  }
}

const titles: Readonly<Record<PrepullWay['is'], string>> = {
  'image-cache': 'kube-fledged',
  'image-pull-job': 'OpenKruise',
  'pull-pods': 'a pull pod',
};

function inBrackets(detail: string): string {
  return detail === '' ? '' : ` (${detail})`;
}
