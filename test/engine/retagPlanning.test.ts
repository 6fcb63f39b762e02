import type { Candidate } from '../../electron/domain/appState';
import { describe, expect, it } from 'vitest';
import { incidentsOf, type DecisionRules, type Incident } from '../../electron/domain/decision';
import type { KubeObject } from '../../electron/domain/kubeObject';
import { PodBook } from '../../electron/domain/podBook';
import type { ContainerSnapshot, PodSnapshot } from '../../electron/domain/podSnapshot';
import { defaultSettings } from '../../electron/domain/settings';
import { describeRetag } from '../../electron/engine/retag/retagDescribing';
import { planRetag, type RetagPlanningParts } from '../../electron/engine/retag/retagPlanning';
import { container, pod, unreachable, waiting } from '../setup/pods';

const nginx = 'nginx:1.25';
const one = 'one.example/docker.io/library/nginx:1.25';
const mirrors = ['one', 'two'].map((name) => ({ name, match: '*', template: `${name}.example/{host}/{path}` }));
const rules: DecisionRules = {
  mirrors,
  noProxy: [],
  excludedNamespaces: [],
  optedOutNamespaces: new Set(),
  allowList: null,
  stopOf: () => null,
  retag: true,
};
const settings = { ...defaultSettings, mirrors };

function incidentOf(fields: Partial<PodSnapshot> = {}, spec: Partial<ContainerSnapshot> = {}): Incident {
  const failing = pod({
    ...fields,
    containers: [container({ image: nginx, state: waiting('ErrImagePull', unreachable(nginx)), ...spec })],
  });
  const book = new PodBook();
  book.put(failing, 0);
  const [incident] = incidentsOf(book.failures, () => failing, rules);
  if (!incident) throw new Error('the pod does not fail');
  return incident;
}

function node(kubeletVersion = 'v1.35.4', names: readonly string[] = []): KubeObject {
  const nodeInfo = { containerRuntimeVersion: 'containerd://2.1.5', kubeletVersion };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, status: { nodeInfo, images: [{ names }] } };
}

function parts(changes: Partial<RetagPlanningParts['cluster']> = {}): RetagPlanningParts {
  return {
    cluster: { readObject: () => Promise.resolve(node()), mayI: () => Promise.resolve(true), ...changes },
    facts: { learn: () => Promise.resolve(), knows: () => true, optedOut: new Set() },
    settings: () => settings,
    order: (candidates) => Promise.resolve(candidates),
    mayAsk: () => true,
    hasFailed: () => false,
  };
}

describe('the plan of a retag', () => {
  it('has the mirrors in their order, each with an image for its Job from the same mirror', async () => {
    const { plan, unhelped } = await planRetag(incidentOf(), 'automatic', parts(), 0);
    expect(unhelped).toEqual([]);
    expect(plan?.candidates.map(({ proxied, helper }) => [proxied, helper])).toEqual([
      [one, 'one.example/docker.io/library/busybox:1.37.0'],
      [one.replace('one', 'two'), 'two.example/docker.io/library/busybox:1.37.0'],
    ]);
    expect(plan).toMatchObject({ namespace: 'kube-system', asked: false, targets: [{ swappable: true }] });
  });

  it('says which images of Jobs the node has, and through which mirror each of the others comes', async () => {
    const helper = 'two.example/docker.io/library/busybox:1.37.0';
    const readObject = () => Promise.resolve(node('v1.35.4', [helper]));
    const { plan } = await planRetag(incidentOf(), 'automatic', parts({ readObject }), 0);
    expect(plan?.helpers).toEqual({ 'node-1': [helper] });
    expect(plan?.candidates.map(({ helperMirror }) => helperMirror)).toEqual(['one.example', 'two.example']);
    // out of the user's own registry, which no rule is for
    const own = {
      ...parts(),
      settings: () => ({ ...settings, retagImage: 'registry.corp.example/sh:1', noProxy: ['registry.corp.example'] }),
    };
    expect((await planRetag(incidentOf(), 'automatic', own, 0)).plan?.candidates[0]).toEqual({
      mirror: 'one.example',
      proxied: one,
      helper: 'registry.corp.example/sh:1',
    });
  });

  it('leaves out what its own name would not help', async () => {
    const always = incidentOf({}, { pullPolicy: 'Always' });
    expect(await planRetag(always, 'all', parts(), 0)).toEqual({ plan: null, unhelped: [] });
    const failed = { ...parts(), hasFailed: () => true };
    expect(await planRetag(incidentOf(), 'all', failed, 0)).toEqual({ plan: null, unhelped: [] });
  });

  it.each(['create', 'delete'])('says that the right to %s Jobs is missing', async (missing) => {
    const mayI = (verb: string) => Promise.resolve(verb !== missing);
    const { plan, unhelped } = await planRetag(incidentOf(), 'all', parts({ mayI }), 0);
    expect([plan, unhelped]).toMatchObject([
      null,
      [{ failure: 'job-refused', why: { is: 'denied', verb: missing, resource: 'jobs', namespace: 'kube-system' } }],
    ]);
  });

  it('says that a node may not be read, or that its runtime is not known', async () => {
    const forbidden = () => Promise.resolve({ forbidden: 'nodes is forbidden' });
    const denied = await planRetag(incidentOf(), 'all', parts({ readObject: forbidden }), 0);
    expect(denied).toMatchObject({ plan: null, unhelped: [{ failure: 'node' }] });
    expect(denied.unhelped[0]?.detail).toContain('nodes is forbidden');
  });

  it('is none for a node that is not ready: its pods would wait for a Job that does not start', async () => {
    const conditions = [{ type: 'Ready', status: 'Unknown' }];
    const silent = { ...node(), status: { ...(node().status as object), conditions } };
    const readObject = () => Promise.resolve(silent);
    const { plan, unhelped } = await planRetag(incidentOf(), 'all', parts({ readObject }), 0);
    expect([plan, unhelped]).toMatchObject([null, [{ failure: 'node', detail: 'node node-1 is not ready' }]]);
  });

  it('is none where a kubelet of 1.35 has the image under the name of a mirror, but for what cannot be swapped', async () => {
    const has = (version: string) => parts({ readObject: () => Promise.resolve(node(version, [one])) });
    const swappable = await planRetag(incidentOf(), 'all', has('v1.35.4'), 0);
    expect(swappable).toMatchObject({ plan: null, unhelped: [{ failure: 'kubelet-pulled' }] });
    const before = await planRetag(incidentOf(), 'all', has('v1.34.4'), 0);
    expect(before).toMatchObject({ plan: { targets: [{}] }, unhelped: [] });
    const own = await planRetag(incidentOf({ isStatic: true }), 'all', has('v1.35.4'), 0);
    expect(own).toMatchObject({ plan: { targets: [{ swappable: false }] }, unhelped: [] });
  });

  it('is gone on with where the image has its own name as well: only a Job gives it both', async () => {
    const readObject = () => Promise.resolve(node('v1.35.4', [one, nginx]));
    const { plan, unhelped } = await planRetag(incidentOf(), 'all', parts({ readObject }), 0);
    expect([plan, unhelped]).toMatchObject([{ targets: [{}] }, []]);
  });
});

describe('what is said before retag is switched on', () => {
  const cluster = (mayI: RetagPlanningParts['cluster']['mayI']) => ({
    mayI,
    readObject: () => Promise.resolve(node()),
  });

  it('is the Job itself, its image as it is pulled, and each right that is missing', async () => {
    const mayI = (verb: string, _group: string, resource: string) =>
      Promise.resolve(!(verb === 'create' && resource === 'jobs'));
    const example = { image: nginx, node: 'node-1' };
    const asked: string[] = [];
    const sizeOf = ({ proxied }: Candidate) => Promise.resolve(asked.push(proxied) && 2_160_000);
    const described = await describeRetag(cluster(mayI), settings, example, sizeOf, 'en');
    expect(described).toMatchObject({
      image: 'one.example/docker.io/library/busybox:1.37.0',
      bytes: 2_160_000,
      namespace: 'kube-system',
    });
    expect(asked).toEqual([described.image]);
    expect(described.sentences.filter((sentence) => sentence.startsWith('Missing right'))).toEqual([
      expect.stringMatching(/^Missing right: create jobs in namespace kube-system\./),
    ]);
    expect(described.job).toContain('nodeName: node-1');
    expect(described.job).toContain('- docker.io/library/nginx:1.25');
  });

  it('is said in Chinese as well, and that rights could not be asked for', async () => {
    const example = { image: null, node: null };
    const mayI = () => Promise.resolve({ unanswered: 'EOF' });
    const { sentences } = await describeRetag(cluster(mayI), settings, example, () => Promise.resolve(null), 'zh');
    expect(sentences.every((sentence) => /[\u4e00-\u9fff]/.test(sentence))).toBe(true);
    expect(sentences.at(-1)).toContain('EOF');
  });
});
