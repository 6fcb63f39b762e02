import type { Incident } from '../domain/decision';
import { stepRetag } from '../domain/retag/retag';
import { plannedRetag } from '../domain/retag/retagParts';
import { defaultSettings } from '../domain/settings';
import type { ClusterFacts } from '../engine/clusterFacts';
import { isReadFailure, type Cluster } from '../engine/ports';
import { planRetag } from '../engine/retag/retagPlanning';
import type { ExplainOptions } from './explainPod';
import type { Fix } from './explanation';
import type { MissingRights } from './missingRights';

/** The retag that a fix would begin with, where one is possible; planned by the retag itself, as if no right were missing. */
export async function planNaming(
  incident: Incident,
  cluster: Pick<Cluster, 'readObject'>,
  facts: ClusterFacts,
  { mirrors, noProxy, retagImage, retagNamespace }: ExplainOptions,
  missing: MissingRights,
  now: number,
): Promise<Fix | null> {
  if (incident.refusal) return null;
  const { plan } = await planRetag(
    incident,
    'all',
    {
      cluster: {
        mayI: () => Promise.resolve(true),
        readObject: async (object) => {
          const read = await cluster.readObject(object);
          if (isReadFailure(read))
            missing.add('get', 'nodes', '', 'forbidden' in read ? read.forbidden : read.unanswered, 'retagNodes');
          return read;
        },
      },
      facts,
      settings: () => ({
        ...defaultSettings,
        mirrors: [...mirrors],
        noProxy: [...noProxy],
        retagImage,
        retagNamespace,
      }),
      order: (candidates) => Promise.resolve(candidates),
      mayAsk: () => true,
      hasFailed: () => false,
    },
    now,
  );
  if (!plan) return null;
  for (const verb of ['create', 'delete'] as const) await missing.ask(verb, 'jobs', retagNamespace);
  const [, effects] = stepRetag(plannedRetag(plan), { type: 'begin' });
  const created = effects.find((effect) => effect.do === 'create-job');
  if (!created) return null;
  return {
    does: 'retag',
    mirrors: plan.candidates.map(({ mirror, proxied }) => ({ mirror, proxied })),
    containers: plan.targets.flatMap(({ containers }) => containers.map(({ name }) => name)),
    job: created.job,
  };
}
