import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../electron/domain/appState';
import { incidentsOf, type Incident } from '../../electron/domain/decision';
import { PodBook } from '../../electron/domain/podBook';
import type { RescuePlan } from '../../electron/domain/rescue/rescueState';
import { defaultSettings } from '../../electron/domain/settings';
import { ClusterFacts } from '../../electron/engine/clusterFacts';
import { IncidentLedger } from '../../electron/engine/rescue/incidentLedger';
import type { Cluster, Unanswered } from '../../electron/engine/ports';
import { planRescue } from '../../electron/engine/rescue/rescuePlanning';
import type { RescueRunner } from '../../electron/engine/rescue/rescueRunner';
import { RetagEnds } from '../../electron/engine/retag/retagEnds';
import { RescueSchedule } from '../../electron/engine/rescue/rescueSchedule';
import { eventually } from '../setup/eventually';
import { HandClock } from '../setup/handClock';
import { nginx, start, through } from '../setup/playedCluster';
import { container, pod, unreachable, waiting } from '../setup/pods';

/** The incident of one image that fails in each of these namespaces. */
function incidentIn(...namespaces: readonly string[]) {
  const book = new PodBook();
  for (const namespace of namespaces) book.put(pod({ uid: `uid-${namespace}`, namespace }), 0);
  const optedOutNamespaces = new Set<string>();
  const rules = { ...defaultSettings, optedOutNamespaces, allowList: null, stopOf: () => null };
  return incidentsOf(book.failures, (uid) => book.pod(uid), rules);
}

function setUp(optedOut: () => boolean | Unanswered, mayPatch: (namespace: string) => boolean = () => true) {
  const clock = new HandClock();
  const cluster = {
    namespaceOptedOut: () => Promise.resolve(optedOut()),
    mayI: (_verb, _group, _resource, namespace) => Promise.resolve(mayPatch(namespace)),
    findFledged: () => Promise.resolve({ status: 'absent', namespace: '' }),
    servedVersions: () => Promise.resolve([]),
    readObject: () => Promise.resolve(null),
  } satisfies Partial<Cluster>;
  return { clock, facts: new ClusterFacts(cluster as Partial<Cluster> as Cluster, clock, () => '') };
}

const asGiven = (candidates: readonly Candidate[]) => Promise.resolve(candidates);
const targetsOf = async (incident: Incident, facts: ClusterFacts) => {
  const planned = await planRescue(incident, 'all', { facts, order: asGiven }, 0);
  return 'denied' in planned ? planned : planned.plan.targets.map(({ namespace }) => namespace);
};

describe('whether a namespace is opted out', () => {
  it('is not guessed when there is no answer, and nothing is rescued there', async () => {
    const { facts } = setUp(() => ({ unanswered: '503: etcd is down' }));
    const [incident] = incidentIn('shop');
    expect(incident && (await targetsOf(incident, facts))).toEqual([]);
    expect(facts.knows('shop')).toBe(false);
  });

  it('is asked for again: an annotation comes and goes', async () => {
    let out: boolean | Unanswered = true;
    const { facts, clock } = setUp(() => out);
    await facts.learn(['shop']);
    expect([...facts.optedOut]).toEqual(['shop']);
    out = { unanswered: 'connection refused' };
    clock.advance(60_000);
    await facts.learn(['shop']);
    expect([...facts.optedOut]).toEqual(['shop']);
    clock.advance(5_000);
    out = false;
    await facts.learn(['shop']);
    expect([...facts.optedOut]).toEqual([]);
  });
});

describe('the right to patch pods', () => {
  const mayIn = (allowed: string) =>
    setUp(
      () => false,
      (namespace) => namespace === allowed,
    ).facts;

  it('missing in one namespace leaves the pods of the others their rescue', async () => {
    const [incident] = incidentIn('closed', 'shop');
    expect(incident && (await targetsOf(incident, mayIn('shop')))).toEqual(['shop']);
  });

  it('missing in all of them is named', async () => {
    const [incident] = incidentIn('closed', 'shop');
    expect(incident && (await targetsOf(incident, mayIn('elsewhere')))).toEqual({ denied: 'closed' });
  });
});

it('pods that may not be patched do not take the turn of others', async () => {
  const failing = (index: number, namespace: string) => {
    const image = `app-${String(index)}:1`;
    const containers = [container({ image, state: waiting('ErrImagePull', unreachable(image)) })];
    return pod({ uid: `uid-${String(index)}`, name: `pod-${String(index)}`, namespace, containers });
  };
  const pods = [...[0, 1, 2, 3, 4].map((index) => failing(index, 'closed')), failing(5, 'shop')];
  const { cluster, pass } = await start(pods, { listed: false });
  cluster.closed.add('closed');
  cluster.list();
  await pass(10_000);
  expect(cluster.written).toEqual([`pod-5: ${through('one', 'app-5:1')}`]);
});

describe('auto-proxy', () => {
  it('writes nothing where nobody has agreed to it, as a settings file written by hand may have it', async () => {
    const { cluster, pass, application } = await start([pod()], {
      settings: { contexts: { prod: { watch: true, auto: true, agreed: false } } },
    });
    await pass(10_000);
    expect(cluster.written).toEqual([]);
    expect(application.state().contexts).toMatchObject([{ auto: false }]);
  });

  it('that is turned off while a rescue is planned begins it no more', async () => {
    const { cluster, pass, application } = await start([pod()]);
    let answer: () => void = () => undefined;
    cluster.findFledged = () =>
      new Promise((resolve) => {
        answer = () => {
          resolve({ status: 'absent', namespace: '' });
        };
      });
    await application.command('changeSettings', { settings: { fledgedNamespace: 'elsewhere' } });
    await pass(2_000);
    await application.command('setContext', { context: 'prod', settings: { auto: false } });
    answer();
    await pass(5_000);
    expect(cluster.written).toEqual([]);
    const [incident] = application.state().incidents;
    await application.command('fix', { context: 'prod', incident: incident?.id ?? '', agree: false });
    await pass(1_000);
    expect(cluster.written).toEqual([`web-1: ${through('one', nginx)}`]);
  });
});

it('a click does not outlive the failure that it was for', async () => {
  const { facts, clock } = setUp(() => false);
  const begun: RescuePlan[] = [];
  const busy: unknown[] = Array.from({ length: 5 }, (_, index) => ({ incident: `another ${String(index)}` }));
  const rescues = {
    get active() {
      return busy;
    },
    begin: (plan: RescuePlan) => begun.push(plan),
  };
  const schedule = new RescueSchedule({
    facts,
    ledger: new IncidentLedger('prod', false),
    rescues: rescues as Partial<RescueRunner> as RescueRunner,
    retags: {
      active: [],
      begin: () => undefined,
      ends: new RetagEnds(),
    },
    planRetag: () => Promise.resolve({ plan: null, unhelped: [] }),
    clock,
    context: () => ({ watch: true, auto: false, agreed: true }),
    sees: () => true,
    failureOf: () => incidents[0]?.verdicts[0]?.failure,
    order: asGiven,
    mayAsk: () => true,
    event: () => undefined,
    dryRun: false,
    lookAgain: () => undefined,
  });
  const incidents = incidentIn('shop');
  schedule.want(incidents[0]?.id ?? '');
  schedule.begin(incidents);
  schedule.begin([]);
  busy.length = 0;
  schedule.begin(incidents);
  await new Promise(setImmediate);
  expect(begun).toEqual([]);
  schedule.want(incidents[0]?.id ?? '');
  schedule.begin(incidents);
  expect(await eventually(() => begun.length === 1)).toBe(true);
});
