import { describe, expect, it } from 'vitest';
import { isAnnotated, planCleanup, type CleanupFacts } from '../../electron/domain/doctor/cleanup';
import type { KubeObject, ObjectMeta } from '../../electron/domain/kubeObject';
import { cleanupWords } from '../../electron/domain/words/cleanup';

const now = Date.parse('2026-01-01T12:00:00Z');
const old = '2026-01-01T11:44:59Z';
const leftoverAge = 900_000;
const original = 'nginx:1.25';
const mirrored = 'm.example/docker.io/library/nginx:1.25';

const cache = (metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: 'kubefledged.io/v1alpha2',
  kind: 'ImageCache',
  metadata: { namespace: 'kube-fledged', name: 'pullthrough-nginx', uid: 'u1', creationTimestamp: old, ...metadata },
});
const job = (conditions: readonly object[]): KubeObject => ({
  ...cache({ name: 'pullthrough-retag-1', namespace: 'kube-system' }),
  apiVersion: 'batch/v1',
  kind: 'Job',
  status: { conditions },
});
const pod = (image: string, annotations: Record<string, string>, metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'shop', name: 'web', uid: 'pod-uid', resourceVersion: '7', annotations, ...metadata },
  spec: { containers: [{ name: 'app', image }] },
});
const noted = (originals: object) => ({ 'pullthrough.dev/original-images': JSON.stringify(originals) });
const plan = (facts: Partial<CleanupFacts>) =>
  planCleanup({ now, leftoverAge, ours: [], pods: [], journal: [], ...facts });
const whyLeft = (facts: Partial<CleanupFacts>) => {
  const { remove, leave } = plan(facts);
  expect(remove).toEqual([]);
  return leave.map(({ why }) => why);
};

describe('an object of ours', () => {
  it('goes when it is old enough, this very one', () => {
    expect(plan({ ours: [cache()] })).toMatchObject({
      remove: [{ is: 'object', object: { kind: 'ImageCache', name: 'pullthrough-nginx' }, uid: 'u1' }],
      leave: [],
    });
  });

  it('stays while another instance may be at work with it', () => {
    const until = now + 1000;
    expect(whyLeft({ ours: [cache({ creationTimestamp: '2026-01-01T11:45:01Z' })] })).toEqual([{ is: 'young', until }]);
    expect(plan({ ours: [cache({ creationTimestamp: '2026-01-01T11:45:00Z' })] }).leave).toEqual([]);
  });

  it('stays while this computer is to go on with it', () => {
    const journal = [JSON.stringify({ cache: { name: 'pullthrough-nginx' } })];
    expect(whyLeft({ ours: [cache()], journal })).toEqual([{ is: 'journal' }]);
  });

  it('stays when we give nothing such a name', () => {
    expect(whyLeft({ ours: [cache({ name: 'theirs' })] })).toEqual([{ is: 'name' }]);
  });

  it('is neither removed nor listed when it is going, or goes with another', () => {
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'j', controller: true };
    const ours = [cache({ deletionTimestamp: old }), cache({ ownerReferences: [owner] })];
    expect(plan({ ours })).toEqual({ remove: [], leave: [] });
  });

  it('that is a Job stays until it has ended', () => {
    expect(whyLeft({ ours: [job([{ type: 'Complete', status: 'False' }])] })).toEqual([{ is: 'working' }]);
    expect(plan({ ours: [job([{ type: 'Failed', status: 'True' }])] }).remove).toHaveLength(1);
  });
});

describe('an annotation of ours', () => {
  it('goes when every container has its own image again, and only from that pod as it was read', () => {
    const annotations = { ...noted({ app: original, gone: 'x:1' }), 'pullthrough.dev/swapped-at': old, other: 'stays' };
    const keys = ['pullthrough.dev/original-images', 'pullthrough.dev/swapped-at'];
    expect(plan({ pods: [pod(original, annotations)] }).remove).toEqual([
      {
        is: 'annotations',
        object: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' },
        keys,
        patch: {
          metadata: {
            uid: 'pod-uid',
            resourceVersion: '7',
            annotations: Object.fromEntries(keys.map((key) => [key, null])),
          },
        },
      },
    ]);
  });

  it('stays where a container has a mirror’s image: the original stands nowhere else', () => {
    const why = { is: 'swapped', container: 'app', image: mirrored, original };
    expect(whyLeft({ pods: [pod(mirrored, noted({ app: original }))] })).toEqual([why]);
    const init = { ...pod('other:1', noted({ init: original })) };
    const spec = { containers: [], initContainers: [{ name: 'init', image: mirrored }] };
    expect(whyLeft({ pods: [{ ...init, spec }] })).toEqual([{ ...why, container: 'init' }]);
  });

  it('stays during a restore, and while this computer is to go on with the pod', () => {
    const restoring = { ...noted({}), 'pullthrough.dev/restoring': '{}' };
    expect(whyLeft({ pods: [pod(original, restoring)] })).toEqual([{ is: 'restoring' }]);
    const journal = [JSON.stringify({ targets: { 'pod-uid': {} } })];
    expect(whyLeft({ pods: [pod(original, noted({ app: original }))], journal })).toEqual([{ is: 'journal' }]);
  });

  it.each(['no JSON', '[]', '{"app":1}'])('stays where nobody can tell what it says: %s', (text) => {
    expect(whyLeft({ pods: [pod(original, { 'pullthrough.dev/original-images': text })] })).toEqual([
      { is: 'unreadable' },
    ]);
  });

  it('is none where it is a person’s own', () => {
    expect(isAnnotated(pod(original, { 'pullthrough.dev/auto': 'false' }))).toBe(false);
    expect(isAnnotated(pod(original, noted({})))).toBe(true);
  });
});

it('says in both languages why something stays', () => {
  for (const language of ['en', 'zh'] as const) {
    const words = cleanupWords(language, now);
    const said = (['journal', 'name', 'working', 'restoring', 'unreadable'] as const).map((is) =>
      words.left('Pod shop/web', { is }),
    );
    said.push(words.left('Pod shop/web', { is: 'swapped', container: 'app', image: mirrored, original }));
    expect(new Set(said).size).toBe(6);
    expect(words.left('Pod shop/web', { is: 'young', until: now + 61_000 })).toMatch(/\b2 (min|分钟)/);
  }
});
