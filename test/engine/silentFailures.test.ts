import { beforeEach, describe, expect, it } from 'vitest';
import { PodBook } from '../../electron/domain/podBook';
import type { EngineEvent } from '../../electron/engine/engineEvent';
import type { FailureEvent, Unanswered } from '../../electron/engine/ports';
import { SilentFailures } from '../../electron/engine/silentFailures';
import { manualClock, type ManualClock } from '../setup/manualClock';
import { container, pod, unreachable, waiting } from '../setup/pods';

type Answer = readonly FailureEvent[] | Unanswered;

const backOff = (image: string) => waiting('ImagePullBackOff', `Back-off pulling image "${image}"`);
const told = (image: string, name = 'app'): FailureEvent => ({
  container: name,
  message: `Failed to pull image "${image}": dial tcp 203.0.113.1:443: i/o timeout`,
  at: 0,
});
const forbidden = { unanswered: '403: events is forbidden' };

/** A cluster whose answers the test gives one by one. */
class Events {
  readonly asked: string[] = [];
  readonly rights: string[] = [];
  mayList = true;
  most = 0;
  private open: { readonly uid: string; readonly answer: (answer: Answer) => void }[] = [];

  readonly failureEvents = (namespace: string, uid: string): Promise<Answer> => {
    this.asked.push(`${namespace}/${uid}`);
    return new Promise((answer) => {
      this.open.push({ uid, answer });
      this.most = Math.max(this.most, this.open.length);
    });
  };

  readonly mayI = (verb: string, group: string, resource: string, namespace: string): Promise<boolean> => {
    this.rights.push([verb, group, resource, namespace].join(' '));
    return Promise.resolve(this.mayList);
  };

  /** Answers all that is under way, one after the other, and what is asked because of that. */
  async answer(answerTo: (uid: string) => Answer): Promise<void> {
    for (let first = this.open[0]; first; first = this.open[0]) {
      first.answer(answerTo(first.uid));
      this.open.shift();
      await settled();
    }
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

let events: Events;
let clock: ManualClock;
let book: PodBook;
let silent: SilentFailures;
let said: Omit<EngineEvent, 'time' | 'context'>[];
let answers: number;
beforeEach(() => {
  events = new Events();
  clock = manualClock(1_000_000);
  book = new PodBook();
  said = [];
  answers = 0;
  silent = new SilentFailures({
    cluster: events,
    clock,
    learned: (uid, name, message) => void book.learned(uid, name, message),
    answered: () => {
      answers += 1;
    },
    event: (event) => said.push(event),
  });
});

const ask = () => silent.ask(book.failures);
const awaited = () => book.failures.filter((failure) => silent.awaits(failure)).map(({ podUid }) => podUid);
const messages = () => book.failures.map(({ message }) => message);
const fails = (uid: string, image = 'nginx:1.25', namespace = 'shop') => {
  book.put(pod({ uid, namespace, containers: [container({ image, state: backOff(image) })] }), clock.now());
};

describe('failures that do not say why', () => {
  it('are not the ones of a status that names the cause: nothing is asked, nothing waits', () => {
    book.put(pod(), clock.now());
    const long = `Back-off pulling image "nginx:1.25": ErrImagePull: ${unreachable('nginx:1.25')}`;
    book.put(pod({ uid: 'uid-2', containers: [container({ state: waiting('ImagePullBackOff', long) })] }), clock.now());
    expect(ask()).toBeNull();
    expect(awaited()).toEqual([]);
    expect(events.asked).toEqual([]);
  });

  it('wait for the events of their pod, and then know the cause', async () => {
    fails('uid-1');
    expect(awaited()).toEqual(['uid-1']);
    ask();
    ask();
    expect(events.asked).toEqual(['shop/uid-1']);
    expect(awaited()).toEqual(['uid-1']);
    await events.answer(() => [told('nginx:1.25')]);
    expect(answers).toBe(1);
    expect(awaited()).toEqual([]);
    expect(messages()).toEqual([told('nginx:1.25').message]);
    expect(ask()).toBeNull();
    expect(events.asked).toHaveLength(1);
  });

  it('are asked about again with growing pauses while the events say nothing, and wait no more', async () => {
    fails('uid-1');
    const pauses: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      ask();
      await events.answer(() => []);
      expect(awaited()).toEqual([]);
      const due = ask() ?? 0;
      pauses.push(due - clock.now());
      clock.pass(due - clock.now() - 1);
      ask();
      expect(events.asked).toHaveLength(turn + 1);
      clock.pass(1);
    }
    expect(pauses.map((ms) => ms / 1000)).toEqual([10, 30, 90, 270, 810, 2430, 3600, 3600]);
    ask();
    await events.answer(() => [told('nginx:1.25')]);
    expect(ask()).toBeNull();
  });

  it('take no event of the sandbox or of another image for their cause', async () => {
    fails('uid-1');
    ask();
    const sandbox = 'Failed to create pod sandbox: failed to get sandbox image "registry.k8s.io/pause:3.9": timeout';
    await events.answer(() => [{ container: '', message: sandbox, at: 2 }, told('redis:7.2')]);
    expect(messages()).toEqual(['Back-off pulling image "nginx:1.25"']);
    expect(awaited()).toEqual([]);
  });

  it('of one pod are asked about together, and one that comes later is asked about at once', async () => {
    const two = (name: string) => container({ name, image: `${name}:1`, state: backOff(`${name}:1`) });
    book.put(pod({ containers: [two('web'), two('cache')] }), clock.now());
    ask();
    await events.answer(() => [told('web:1', 'web')]);
    expect(events.asked).toHaveLength(1);
    clock.pass(5_000);
    book.put(pod({ containers: [two('web'), two('cache'), two('late')] }), clock.now());
    expect(book.failures.map((failure) => [failure.container, silent.awaits(failure)])).toEqual([
      ['web', false],
      ['cache', false],
      ['late', true],
    ]);
    ask();
    expect(events.asked).toHaveLength(2);
    await events.answer(() => [told('late:1', 'late'), told('cache:1', 'cache')]);
    expect(ask()).toBeNull();
  });

  it('that come while the pod is being asked about have their own answer to wait for', async () => {
    const two = (name: string) => container({ name, image: `${name}:1`, state: backOff(`${name}:1`) });
    book.put(pod({ containers: [two('web')] }), clock.now());
    ask();
    book.put(pod({ containers: [two('web'), two('late')] }), clock.now());
    ask();
    await events.answer(() => []);
    expect(book.failures.map((failure) => silent.awaits(failure))).toEqual([false, true]);
    ask();
    expect(events.asked).toHaveLength(2);
  });

  it('are forgotten with their pod', async () => {
    fails('uid-1');
    ask();
    await events.answer(() => []);
    book.remove('uid-1');
    expect(ask()).toBeNull();
    clock.pass(3_600_000);
    expect(ask()).toBeNull();
    expect(events.asked).toHaveLength(1);
  });

  it('keep nobody waiting when no answer comes, and the next attempt is made after a pause', async () => {
    fails('uid-1');
    expect(ask()).toBe(clock.now() + 20_000);
    clock.pass(19_999);
    expect(awaited()).toEqual(['uid-1']);
    clock.pass(1);
    expect(awaited()).toEqual([]);
    await events.answer(() => ({ unanswered: 'no answer within 15 s' }));
    expect(said).toEqual([
      {
        event: 'error',
        namespace: 'shop',
        why: 'the events of namespace shop cannot be read: no answer within 15 s',
      },
    ]);
    clock.pass(10_000);
    ask();
    await events.answer(() => [told('nginx:1.25')]);
    expect(messages()).toEqual([told('nginx:1.25').message]);
  });

  it('stay as they are after the end', async () => {
    fails('uid-1');
    ask();
    silent.stop();
    await events.answer(() => [told('nginx:1.25')]);
    expect(answers).toBe(0);
    expect(messages()).toEqual(['Back-off pulling image "nginx:1.25"']);
  });
});

describe('the right to list events', () => {
  it('that is missing is told once for each namespace, and asked for again after ten minutes', async () => {
    events.mayList = false;
    for (const uid of ['a', 'b', 'c', 'd', 'e', 'f']) fails(uid);
    fails('elsewhere', 'redis:7.2', 'other');
    ask();
    await events.answer(() => forbidden);
    const why = (namespace: string) =>
      `may not list events in namespace ${namespace}, which would tell causes that pods do not`;
    expect(said.map((event) => event.why).sort()).toEqual([why('other'), why('shop')]);
    expect(events.rights).toContain('list  events shop');
    expect(events.asked.length).toBeLessThanOrEqual(5);
    expect(awaited()).toEqual([]);
    const asked = events.asked.length;
    clock.pass(300_000);
    expect(ask()).toBeGreaterThan(clock.now());
    expect(events.asked).toHaveLength(asked);
    events.mayList = true;
    clock.pass(300_000);
    ask();
    await events.answer(() => [told('nginx:1.25'), told('redis:7.2')]);
    expect(messages().every((message) => message.includes('i/o timeout'))).toBe(true);
    expect(said).toHaveLength(2);
  });

  it('is believed to be there again when the app is told to look anew', async () => {
    events.mayList = false;
    fails('uid-1');
    ask();
    await events.answer(() => forbidden);
    silent.forget();
    clock.pass(10_000);
    ask();
    expect(events.asked).toHaveLength(2);
  });
});

describe('a thousand silent pods', () => {
  it('are asked about four at a time, one of each image first', async () => {
    for (let index = 0; index < 1000; index += 1) fails(`uid-${String(index)}`, `app-${String(index % 3)}:1`);
    ask();
    expect(events.asked).toHaveLength(4);
    expect(new Set(events.asked.slice(0, 3))).toEqual(new Set(['shop/uid-0', 'shop/uid-1', 'shop/uid-2']));
    await events.answer((uid) => [told(`app-${String(Number(uid.slice(4)) % 3)}:1`)]);
    expect(events.most).toBe(4);
    expect(events.asked).toHaveLength(1000);
    expect(ask()).toBeNull();
    expect(messages().every((message) => message.includes('i/o timeout'))).toBe(true);
  });

  it('of which one image is rare: its pod does not wait for all the others', () => {
    for (let index = 0; index < 500; index += 1) fails(`uid-${String(index)}`);
    fails('rare', 'redis:7.2');
    ask();
    expect(events.asked.slice(0, 2)).toEqual(['shop/uid-0', 'shop/rare']);
  });
});
