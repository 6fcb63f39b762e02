import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { kruiseDefinitions } from '../../electron/demo/kruise/crd';
import type { FixId } from '../../electron/domain/doctor/fixPlan';
import { installation } from '../../electron/domain/doctor/installation';
import { refOf, titleOf, type KubeObject } from '../../electron/domain/kubeObject';
import { labels } from '../../electron/domain/podSnapshot';
import { rightsFor, rulesFor, type Right, type RightsWanted } from '../../electron/domain/rights/rights';
import { eventually } from '../setup/eventually';
import { DoctorCluster, mirrors } from './doctorCluster';

const wanted: RightsWanted = {
  mode: 'watch',
  features: ['doctor', 'repair'],
  namespaces: [],
  fledgedNamespace: 'kube-fledged',
  retagNamespace: 'kube-system',
};
const rights = rightsFor(wanted).filter(({ neededBy }) => neededBy === 'repair');
const keyOf = ({ verb, resource }: Pick<Right, 'verb' | 'resource'>) => `${verb} ${resource}`;
const rulesBut = (missing?: Right) =>
  rulesFor(wanted).map(({ purpose, verbs, group, resource, namespace }) => ({
    verbs: verbs.filter((verb) => purpose !== missing?.purpose || verb !== missing.verb),
    groups: [group],
    resources: [resource],
    ...(namespace !== '' && { namespaces: [namespace] }),
  }));
const controller = '/apis/apps/v1/namespaces/kube-fledged/deployments/kubefledged-controller';

const managed = { [labels.managedBy]: labels.managedByValue };
const container = { name: 'pull-0', image: 'first.example/app:1' };
const template = { spec: { restartPolicy: 'Never', containers: [container] } };
const cache = (name: string, objectLabels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'kubefledged.io/v1alpha2',
  kind: 'ImageCache',
  metadata: { namespace: 'kube-fledged', name, labels: objectLabels },
  spec: { cacheSpec: [{ images: ['first.example/app:1'] }] },
});
const leftovers: readonly KubeObject[] = [
  cache('pullthrough-old', managed),
  {
    apiVersion: 'apps.kruise.io/v1alpha1',
    kind: 'ImagePullJob',
    metadata: { namespace: 'default', name: 'pullthrough-old', labels: managed },
    spec: { image: 'first.example/app:1', completionPolicy: { type: 'Always' } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { namespace: 'kube-system', name: 'pullthrough-old', labels: managed },
    spec: { parallelism: 0, template },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name: 'pullthrough-old', labels: { ...managed, [labels.pullPod]: 'true' } },
    spec: { nodeName: 'node-1', containers: [container] },
  },
];
const later = { later: 3_600_000 };

describe('with the rights that are printed for them, the doctor’s fixes', () => {
  let cluster: DoctorCluster;
  beforeAll(async () => {
    const weaker = rights.map((right) => [`without ${keyOf(right)}`, rulesBut(right)] as const);
    cluster = await DoctorCluster.start({ repairer: rulesBut(), ...Object.fromEntries(weaker) });
    await cluster.create(
      ...kruiseDefinitions,
      ...installation('kube-fledged', { mirrors, noProxy: [], allowList: null }),
    );
    await cluster.until('controller', ({ level }) => level === 'ok');
  });
  afterAll(() => cluster.simulation.stop());

  /** Makes what a fix is for, as it is seen by somebody who may do everything. */
  const situations: Readonly<Partial<Record<FixId, () => Promise<void>>>> = {
    scale: async () => {
      await cluster.putToSleep(controller);
      await cluster.until('controller', ({ fix }) => fix?.id === 'scale');
    },
    release: async () => {
      const status = {
        status: 'Processing',
        reason: 'ImageCacheCreate',
        message: '',
        startTime: '2026-01-01T00:00:00Z',
      };
      await cluster.create({ ...cache('stuck'), status });
      await cluster.until('stuck', ({ fix }) => fix?.id === 'release');
    },
    clean: async () => {
      await cluster.create(...leftovers);
      await cluster.merge('/apis/batch/v1/namespaces/kube-system/jobs/pullthrough-old/status', {
        status: { conditions: [{ type: 'Complete', status: 'True' }] },
      });
      await eventually(
        async () => (await cluster.findings('app', later)).get('leftovers')?.fix?.writes.length === leftovers.length,
      );
    },
  };
  const done = async (user: string, fix: FixId) => {
    const doctor = cluster.doctor(user, later);
    await doctor.examine('en');
    return doctor.applyFix(fix, 'en');
  };
  const fixFor = ({ purpose, verb }: Right): FixId =>
    purpose === 'repair-programs' ? 'scale' : verb === 'patch' ? 'release' : 'clean';

  /** Ends what a test has left, as somebody who may do everything. */
  beforeEach(async () => {
    for (const fix of ['scale', 'clean'] as const) await done('app', fix);
    await cluster.until('controller', ({ level }) => level === 'ok');
    await eventually(async () => (await cluster.findings('app', later)).get('leftovers')?.level === 'ok');
    await cluster.remove('/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches/stuck');
  });

  it.each(Object.keys(situations) as FixId[])('can do %s', async (fix) => {
    await situations[fix]?.();
    expect(await done('repairer', fix)).toMatchObject({ done: true });
  });

  it.each(rights.map((right) => [keyOf(right), right] as const))(
    'name the right to %s where it is missing',
    async (key, right) => {
      const fix = fixFor(right);
      await situations[fix]?.();
      const report = await done(`without ${key}`, fix);
      const { verb, resource, namespace } = right;
      const refused = report?.writes.find(({ went }) => went === 'refused');
      const object = leftovers.find(({ kind }) => `${kind.toLowerCase()}s` === resource);
      if (fix === 'clean' && object) expect(refused?.object).toBe(titleOf(refOf(object)));
      expect(refused?.detail).toBe(
        `this user may not ${verb} ${resource} in ${namespace === '' ? 'default' : namespace}`,
      );
      expect(report?.done).toBe(false);
    },
  );
});
