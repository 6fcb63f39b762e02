import { isReadFailure } from '../readFailure';
import type { DoctorWords } from '../words/doctor';
import { nodeOf } from './clusterObjects';
import type { DoctorChoices, DoctorFacts } from './facts';
import { found, type Found } from './fixPlan';

/** From this minor version on a waiting container keeps the text of its cause while it backs off. */
const keepsCause = 32;
/** From this one on the kubelet remembers under which name it pulled an image (KEP-2535, on by default). */
const remembersNames = 35;
/** A kubelet may be this much older than the API server, and not newer (Kubernetes' version skew policy). */
const skewSince = 28;

/** What the versions of the API server and of the kubelets mean here. */
export function versionFindings(facts: DoctorFacts, { retag }: DoctorChoices, words: DoctorWords): readonly Found[] {
  if (isReadFailure(facts.serverVersion))
    return [found('api-server', 'broken', words.unread('version', facts.serverVersion))];
  const server = facts.serverVersion;
  const serverFinding = found('api-server', 'ok', words.server(server));
  if (isReadFailure(facts.nodes))
    return [serverFinding, found('kubelets', 'warning', words.unread('nodes', facts.nodes))];
  const kubelets = facts.nodes.map((node) => nodeOf(node).status.nodeInfo.kubeletVersion).filter((text) => text !== '');
  const versions = [...new Set(kubelets)].sort();
  if (versions.length === 0) return [serverFinding, found('kubelets', 'warning', words.noNodes)];
  const minors = versions.flatMap((version) => minorOf(version) ?? []);
  const findings = [serverFinding, skewFinding(server, versions, words)];
  if (minors.some((minor) => minor < keepsCause)) findings.push(found('kubelet-causes', 'ok', words.causesFlip));
  if (minors.some((minor) => minor >= remembersNames))
    findings.push(found('kubelet-names', retag ? 'warning' : 'ok', words.namesRemembered(retag)));
  return findings;
}

function skewFinding(server: string, versions: readonly string[], words: DoctorWords): Found {
  const own = minorOf(server);
  const allowed = own !== null && own >= skewSince ? 3 : 2;
  const skewed =
    own === null
      ? []
      : versions.filter((version) => {
          const minor = minorOf(version);
          return minor !== null && (minor > own || own - minor > allowed);
        });
  if (skewed.length === 0) return found('kubelets', 'ok', words.kubelets(versions));
  return found('kubelets', 'warning', words.kubeletsSkewed(skewed, server));
}

function minorOf(version: string): number | null {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? null : Number(minor);
}
