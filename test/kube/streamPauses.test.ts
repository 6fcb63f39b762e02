import { describe, expect, it } from 'vitest';
import { StreamPauses, streamLimits, type Pause, type Trouble } from '../../electron/kube/streamPauses';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const began = Date.UTC(2026, 0, 5, 8);

const dropped: Trouble = { is: 'unanswered', why: 'the connection was reset', wait: null, verb: 'watch' };
const denied: Trouble = { is: 'denied', why: 'pods is forbidden', wait: null, verb: 'list' };
const sure: Trouble = { ...denied, sure: true };
const unsure: Trouble = { ...denied, sure: false };

const growing = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 30_000];

/** One stream, and the time it lives in. */
class Life {
  now = began;
  private readonly pauses: StreamPauses;

  constructor(random: () => number = () => 1) {
    this.pauses = new StreamPauses(streamLimits, random);
  }

  /** So much time passes, and then the stream fails; it waits for the pause it is given. */
  fails(trouble: Trouble = dropped, later = 0): Pause {
    this.now += later;
    const pause = this.pauses.after(trouble, this.now);
    this.now += pause.ms;
    return pause;
  }

  failsTimes(times: number): Pause[] {
    return Array.from({ length: times }, () => this.fails());
  }

  comesUp(): boolean {
    return this.pauses.live(this.now);
  }

  upFor(ms: number): this {
    this.comesUp();
    this.now += ms;
    return this;
  }

  wakesAfter(ms: number): void {
    this.now += ms;
    this.pauses.forget();
  }
}

const lengths = (pauses: readonly Pause[]) => pauses.map(({ ms }) => ms);
const told = (pauses: readonly Pause[]) => pauses.map(({ tell }) => tell);
const nothingThenBlind = [null, ...growing.slice(1).map(() => 'blind')];
const always = (random: number) => () => random;

describe('the pauses of a stream that never comes up', () => {
  it('double from 0.8 s to 30 s, and stay there', () => {
    expect(lengths(new Life().failsTimes(9))).toEqual(growing);
    expect(lengths(new Life().failsTimes(2_000)).at(-1)).toBe(30_000);
  });

  it.each([
    ['half of it', 0.5, growing.map((ms) => ms / 2)],
    ['the shortest one, which is not nothing', 0, growing.map(() => 100)],
  ])('are left to chance as a whole: %s', (_what, random, expected) => {
    expect(lengths(new Life(always(random)).failsTimes(9))).toEqual(expected);
  });

  it('are told of from the first on, for nothing was ever seen', () => {
    expect(told(new Life().failsTimes(3))).toEqual(['blind', 'blind', 'blind']);
  });

  it('are never the same for two streams whose luck is not the same', () => {
    // also where chance would have them come back sooner than the shortest pause
    const hundredth = Array.from({ length: 100 }, (_, i) => i / 100);
    for (const failures of [0, 1, 6]) {
      const pauses = hundredth.map((luck) => lengths(new Life(always(luck)).failsTimes(failures + 1)).at(-1) ?? 0);
      expect(new Set(pauses).size).toBe(100);
      expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
      expect(pauses[0]).toBe(100);
      expect(pauses[99]).toBeLessThanOrEqual(growing[failures] ?? 0);
    }
  });
});

describe('a server that dies', () => {
  it('after ten minutes of health is told dead at the second failure, and asked ever less often', () => {
    const failures = new Life().upFor(10 * minute).failsTimes(9);
    expect(told(failures)).toEqual(nothingThenBlind);
    expect(lengths(failures)).toEqual(growing);
  });

  it('and comes back for a moment each time is still asked ever less often, and told dead each time', () => {
    const life = new Life();
    const failures = growing.map(() => life.upFor(5 * second).fails());
    expect(lengths(failures)).toEqual(growing);
    expect(told(failures)).toEqual(nothingThenBlind);
  });

  it.each([
    ['until two minutes are over goes on with the pauses it had', 2 * minute, [3_200, 6_400], ['blind', 'blind']],
    ['for longer than two minutes has its pauses small again', 2 * minute + 1, [800, 1_600], [null, 'blind']],
  ])('a second time, and was up %s', (_what, up, pauses, tells) => {
    const life = new Life().upFor(minute);
    life.failsTimes(2);
    const again = life.upFor(up).failsTimes(2);
    expect(lengths(again)).toEqual(pauses);
    expect(told(again)).toEqual(tells);
  });

  it('is forgiven each long time of health, not only the first', () => {
    const life = new Life();
    for (let outage = 0; outage < 3; outage += 1) {
      const failures = life.upFor(hour).failsTimes(9);
      expect(lengths(failures)).toEqual(growing);
      expect(told(failures)).toEqual(nothingThenBlind);
    }
  });

  it('counts what was up as one time, whatever watches began and ended in it', () => {
    const life = new Life();
    life.failsTimes(3);
    for (let watch = 0; watch < 5; watch += 1) life.upFor(30 * second);
    expect(life.fails()).toEqual({ ms: 800, tell: null });
  });
});

describe('what is told', () => {
  it('is nothing of a connection that drops and is back', () => {
    const life = new Life().upFor(5 * second);
    expect(life.fails().tell).toBeNull();
    expect(life.comesUp()).toBe(false);
  });

  it('is that the stream is up, once', () => {
    const life = new Life();
    expect([life.comesUp(), life.comesUp(), life.comesUp()]).toEqual([true, false, false]);
  });

  it('is that the stream is up, once more after it was told blind', () => {
    const life = new Life().upFor(minute);
    expect(told(life.failsTimes(2))).toEqual([null, 'blind']);
    expect([life.comesUp(), life.comesUp()]).toEqual([true, false]);
  });

  it('is that the stream is up, once more after it was told denied', () => {
    const life = new Life().upFor(minute);
    expect(life.fails(sure).tell).toBe('denied');
    expect([life.comesUp(), life.comesUp()]).toEqual([true, false]);
  });
});

describe('a server that asks to wait', () => {
  it.each([
    ['is given its time and a pause besides', 7, 400, 7_400],
    ['0 is given the pause', 0, 400, 400],
    ['less than nothing is given the pause', -60, 400, 400],
    ['for hours is asked after five minutes and a pause', 7_200, 400, 300_400],
  ])('%s', (_what, seconds, own, ms) => {
    const life = new Life(always(0.5));
    expect(life.fails({ ...dropped, wait: seconds * second }).ms).toBe(ms);
    expect(life.fails().ms).toBe(2 * own);
  });
});

describe('a refusal', () => {
  it('of a server that is ready is told at once, and asked about after ten minutes and a pause', () => {
    expect(new Life().upFor(minute).fails(sure)).toEqual({ ms: 10 * minute + 800, tell: 'denied' });
  });

  it.each([
    ['that is not ready', unsure],
    ['of which that is not known', denied],
  ])('of a server %s is told when it has lasted a minute, with growing pauses until then', (_what, refusal) => {
    const life = new Life();
    const refusals = Array.from({ length: 9 }, () => life.fails(refusal));
    // 50 s are over after the sixth, 80 s after the seventh
    expect(lengths(refusals.slice(0, 7))).toEqual(growing.slice(0, 7));
    expect(told(refusals.slice(0, 7))).toEqual([null, null, null, null, null, null, null]);
    expect(refusals.slice(7)).toEqual([
      { ms: 10 * minute + 30_000, tell: 'denied' },
      { ms: 10 * minute + 30_000, tell: 'denied' },
    ]);
  });

  it.each([
    ['59.999 s', 59_999, null],
    ['60 s', 60_000, 'denied'],
  ])('that has lasted %s', (_what, ms, tell) => {
    const life = new Life();
    const { ms: waited } = life.fails(unsure);
    expect(life.fails(unsure, ms - waited).tell).toBe(tell);
  });

  it.each([
    ['the stream was up', (life: Life) => life.comesUp()],
    ['the server was away', (life: Life) => life.fails()],
  ])('counts from its own beginning where %s since an earlier one', (_what, meanwhile) => {
    const life = new Life();
    life.fails(unsure);
    meanwhile(life);
    expect(life.fails(unsure, 10 * minute).tell).toBeNull();
    expect(life.fails(unsure, minute).tell).toBe('denied');
  });

  it('that is over soon leaves nothing told', () => {
    const life = new Life().upFor(minute);
    expect(life.fails(unsure).tell).toBeNull();
    expect(life.comesUp()).toBe(false);
  });
});

describe('a computer that wakes', () => {
  it('asks with small pauses, however long they had become', () => {
    const life = new Life();
    life.failsTimes(9);
    life.wakesAfter(3 * hour);
    expect(lengths(life.failsTimes(9))).toEqual(growing);
  });

  it('without a network says so at the second failure, and asks ever less often', () => {
    const life = new Life().upFor(20 * minute);
    life.wakesAfter(3 * hour);
    const failures = life.failsTimes(9);
    expect(told(failures)).toEqual(nothingThenBlind);
    expect(lengths(failures)).toEqual(growing);
  });

  it('where nothing was seen before says so at once', () => {
    const life = new Life();
    life.failsTimes(3);
    life.wakesAfter(3 * hour);
    expect(told(life.failsTimes(2))).toEqual(['blind', 'blind']);
    expect(life.comesUp()).toBe(true);
  });
});
