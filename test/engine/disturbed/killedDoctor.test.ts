import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathOf, titleOf, type KubeObject } from '../../../electron/domain/kubeObject';
import type { Doctor } from '../../../electron/engine/doctor/doctor';
import { eventually } from '../../setup/eventually';
import { DoctorCluster } from '../doctorCluster';
import { atOnce } from './atOnce';
import { mendings, type Mending } from './fixes';
import { Lifeline, mortalCluster } from './lifeline';

const changing: ReadonlySet<string> = new Set(['caBundle', 'kubectl.kubernetes.io/restartedAt']);

interface Mended {
  readonly steps: readonly string[];
  readonly wasCut: boolean;
  /** What stands in the cluster, without what its server adds. */
  readonly objects: readonly string[];
  /** What an examination finds at last that is not in order, and what it would mend. */
  readonly found: readonly string[];
  /** Of what a second doctor wrote. */
  readonly refused: readonly string[];
}

/** Without what its server gives an object, what a webhook gives itself, and when it was started anew. */
function own({ apiVersion: _version, kind: _kind, metadata, status: _status, ...rest }: KubeObject): string {
  const { annotations } = metadata;
  return JSON.stringify({ ...rest, annotations }, (key, value: unknown) => (changing.has(key) ? '' : value));
}

/** Mends something with a doctor that is cut dead at this step, and once more with another one. */
async function mend(mending: Mending, cutAt: number): Promise<Mended> {
  const { fix, later = 0, objects } = mending;
  const cluster = await DoctorCluster.start();
  try {
    cluster.simulation.registries.publish('first.example/app:1', { content: 'app' });
    await mending.prepare(cluster);
    const life = new Lifeline(cutAt, false);
    const first = cluster.doctor('app', { later, through: (found) => mortalCluster(found, life) });
    await first.examine('en');
    const dead = new Promise<void>((resolve) => {
      life.atEnd(resolve);
    });
    await Promise.race([first.applyFix(fix, 'en'), dead]);
    cluster.activity.length = 0;
    const second = cluster.doctor('app', { later });
    const found = await goneOnWith(mending, cluster, second);
    const stand = await Promise.all(
      objects.map(async (object) => {
        const read = await cluster.read(pathOf(object));
        return `${titleOf(object)} ${read.kind === 'Status' ? 'is not there' : own(read)}`;
      }),
    );
    return {
      steps: life.steps,
      wasCut: life.isDead(),
      objects: stand,
      found,
      // what has changed since it was shown is not written to, and shown anew
      refused: cluster.activity
        .filter(({ outcome, detail }) => outcome !== 'done' && !detail.startsWith('409'))
        .map(({ object, detail }) => `${object}: ${detail}`),
    };
  } finally {
    await cluster.simulation.stop();
  }
}

/** Does the fix for as long as an examination offers it; gives what is found at last, or in the end. */
async function goneOnWith(
  { fix, isDone }: Mending,
  cluster: DoctorCluster,
  doctor: Doctor,
): Promise<readonly string[]> {
  let found: readonly string[] = [];
  const isMended = async () => {
    const { findings } = await doctor.examine('en');
    found = findings.flatMap(({ id, level, fix: offered }) =>
      level === 'ok' && !offered ? [] : [`${id} ${level} ${offered?.id ?? ''}`],
    );
    if (findings.some((finding) => finding.fix?.id === fix)) await doctor.applyFix(fix, 'en');
    return found.length === 0 && (isDone === undefined || (await isDone(cluster)));
  };
  const mended = await eventually(isMended, 30_000).catch(() => false);
  // what was seen last tells why not
  return mended || found.length > 0 ? found : ['in order, and without its whole effect'];
}

/** Once undisturbed, and once for each of the doctor's steps with the doctor cut dead at it. */
async function walk(mending: Mending): Promise<{ readonly whole: Mended; readonly cut: readonly Mended[] }> {
  const whole = await mend(mending, Infinity);
  const cut: Mended[] = [];
  for (const at of whole.steps.keys()) cut.push(await mend(mending, at));
  return { whole, cut };
}

describe('a fix that is cut short at any of its writes, and done again', () => {
  let cut = 0;
  let recovered = 0;
  let walked: (mending: Mending) => ReturnType<typeof walk>;
  beforeAll(() => {
    walked = atOnce(mendings, walk);
  });
  afterAll(() => {
    process.stdout.write(`figure: steps of a doctor killed and recovered ${String(recovered)} of ${String(cut)}\n`);
  });

  it.each(mendings)('ends as one that nobody disturbed: $fix', { timeout: 600_000 }, async (mending) => {
    const { whole, cut: disturbed } = await walked(mending);
    expect([whole.found, whole.refused]).toEqual([[], []]);
    // each of the writes is two steps
    expect(whole.steps).toHaveLength(2 * mending.writes);
    for (const [index, { objects, found, refused, wasCut }] of disturbed.entries()) {
      cut += 1;
      expect({ at: whole.steps[index], wasCut, objects, found, refused }).toEqual({
        at: whole.steps[index],
        wasCut: true,
        objects: whole.objects,
        found: [],
        refused: [],
      });
      recovered += 1;
    }
  });
});
