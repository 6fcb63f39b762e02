import { afterAll, describe, expect, it } from 'vitest';
import { installation, usualNamespace } from '../../../electron/domain/doctor/installation';
import { pathOf, refOf, titleOf, type KubeObject } from '../../../electron/domain/kubeObject';
import { DoctorCluster, mirrors } from '../doctorCluster';
import { atOnce } from './atOnce';
import { Lifeline, mortalCluster } from './lifeline';

interface Installed {
  readonly steps: readonly string[];
  readonly wasCut: boolean;
  /** What stands in the cluster, without what its server adds. */
  readonly objects: readonly string[];
  /** What an examination finds at last that is not in order, and what it would mend. */
  readonly found: readonly string[];
  /** Of what a second doctor wrote. */
  readonly refused: readonly string[];
}

const expected = installation(usualNamespace, { mirrors, noProxy: [], allowList: null });

/** Without what its server gives an object, and what a webhook gives itself. */
function own({ apiVersion: _version, kind: _kind, metadata: _metadata, status: _status, ...rest }: KubeObject): string {
  return JSON.stringify(rest, (key, value: unknown) => (key === 'caBundle' ? '' : value));
}

/** Installs kube-fledged with a doctor that is cut dead at this step, and once more with another one. */
async function install(cutAt: number): Promise<Installed> {
  const cluster = await DoctorCluster.start();
  try {
    const life = new Lifeline(cutAt, false);
    const first = cluster.doctor('app', { through: (found) => mortalCluster(found, life) });
    await first.examine('en');
    const dead = new Promise<void>((resolve) => {
      life.atEnd(resolve);
    });
    await Promise.race([first.applyFix('install', 'en'), dead]);
    const second = cluster.doctor();
    await second.examine('en');
    await second.applyFix('install', 'en');
    for (const part of ['controller', 'webhook']) await cluster.until(part, ({ level }) => level === 'ok');
    const findings = [...(await cluster.findings()).values()];
    const objects = await Promise.all(
      expected.map(async (object) => `${titleOf(refOf(object))} ${own(await cluster.read(pathOf(refOf(object))))}`),
    );
    return {
      steps: life.steps,
      wasCut: life.isDead(),
      objects,
      found: findings.flatMap(({ id, level, fix }) =>
        level === 'ok' && !fix ? [] : [`${id} ${level} ${fix?.id ?? ''}`],
      ),
      refused: cluster.activity
        .filter(({ outcome }) => outcome !== 'done')
        .map(({ object, detail }) => `${object}: ${detail}`),
    };
  } finally {
    await cluster.simulation.stop();
  }
}

describe('an installation that is cut short at any of its writes, and begun again', () => {
  let cut = 0;
  let recovered = 0;
  afterAll(() => {
    process.stdout.write(`figure: steps of a doctor killed and recovered ${String(recovered)} of ${String(cut)}\n`);
  });

  it('ends as one that nobody disturbed', { timeout: 300_000 }, async () => {
    const whole = await install(Infinity);
    expect(whole.found).toEqual([]);
    // each of the writes is two steps
    expect(whole.steps).toHaveLength(2 * expected.length);
    const told = atOnce([...whole.steps.keys()], install);
    for (const [at, step] of whole.steps.entries()) {
      const { objects, found, refused, wasCut } = await told(at);
      cut += 1;
      expect({ at: step, wasCut, objects, found, refused }).toEqual({
        at: step,
        wasCut: true,
        objects: whole.objects,
        found: [],
        refused: [],
      });
      recovered += 1;
    }
  });
});
