import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../electron/domain/appState';
import type { Availability } from '../../electron/domain/mirrors/availability';
import { MirrorProbes } from '../../electron/engine/mirrors/mirrorProbes';
import type { ImageSize, ProbeAnswer } from '../../electron/engine/ports';
import { HandClock } from '../setup/handClock';

const candidates = ['one', 'two', 'three', 'four'].map((name) => ({
  mirror: `${name}.example`,
  proxied: `${name}.example/docker.io/library/nginx:1.25`,
}));

/** Probes of the mirrors that are named here; `never` gives no answer. */
function setUp(
  answers: Readonly<Record<string, Availability | 'never'>>,
  spent: readonly string[] = [],
  sizes: Readonly<Record<string, ImageSize>> = {},
) {
  const clock = new HandClock();
  const asked: string[] = [];
  const counted: [string, number, number][] = [];
  const probes = new MirrorProbes({
    clock,
    probe: (proxied) => {
      const host = proxied.split('/')[0] ?? '';
      asked.push(host);
      const availability = answers[host] ?? 'unreachable';
      if (availability === 'never') return new Promise<ProbeAnswer>(() => undefined);
      return Promise.resolve({ availability, size: sizes[host] ?? null, errors: availability === 'missing' ? 1 : 0 });
    },
    hosts: () => Object.keys(answers).map((host) => ` ${host.toUpperCase()}`),
    mayAsk: (host) => !spent.includes(host),
    count: (...count) => counted.push(count),
  });
  const order = async (some = candidates) => (await probes.order(some)).map(({ mirror }) => mirror.split('.')[0]);
  return { clock, asked, counted, order, probes };
}

describe('asking mirrors beforehand', () => {
  it('puts those first that have it, and those last that have it not', async () => {
    const { order, asked } = setUp({
      'one.example': 'missing',
      'three.example': 'available',
      'four.example': 'available',
    });
    expect(await order()).toEqual(['three', 'four', 'two', 'one']);
    expect(asked).toEqual(['one.example', 'three.example', 'four.example']);
  });

  it.each(['missing', 'refused', 'limited', 'unreachable'] as const)(
    'tries one that says %s all the same, at the end: the nodes may be told something else',
    async (availability) => {
      const { order } = setUp({ 'one.example': availability });
      expect(await order()).toEqual(['two', 'three', 'four', 'one']);
    },
  );

  it('asks only where this computer may, and only where there is a choice', async () => {
    const { order, asked } = setUp({});
    expect(await order()).toEqual(['one', 'two', 'three', 'four']);
    const single = setUp({ 'one.example': 'missing' });
    expect(await single.order(candidates.slice(0, 1))).toEqual(['one']);
    expect([asked, single.asked]).toEqual([[], []]);
  });

  it('asks for an image once in ten minutes', async () => {
    const { clock, order, asked } = setUp({ 'one.example': 'missing' });
    await order();
    clock.advance(599_999);
    expect(await order()).toEqual(['two', 'three', 'four', 'one']);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await order();
    expect(asked).toHaveLength(2);
  });

  it('asks for an image once where two rescues wait for the answer', async () => {
    const { order, asked } = setUp({ 'one.example': 'missing' });
    expect(await Promise.all([order(), order()])).toEqual([
      ['two', 'three', 'four', 'one'],
      ['two', 'three', 'four', 'one'],
    ]);
    expect(asked).toHaveLength(1);
  });

  it('waits five seconds for the slowest at most, and uses what it has', async () => {
    const { clock, order } = setUp({ 'one.example': 'never', 'three.example': 'available' });
    let done = false;
    const ordered = order().finally(() => {
      done = true;
    });
    clock.advance(4_999);
    await new Promise(setImmediate);
    expect(done).toBe(false);
    clock.advance(1);
    expect(await ordered).toEqual(['three', 'one', 'two', 'four']);
  });

  it('counts what it asks, and asks nothing of a mirror that was asked enough', async () => {
    const { order, asked, counted } = setUp({ 'one.example': 'missing', 'two.example': 'available' }, ['two.example']);
    await order();
    expect(asked).toEqual(['one.example']);
    expect(counted).toEqual([
      ['one.example', 3, 0],
      ['one.example', 0, 1],
    ]);
  });

  describe('for the size as well', () => {
    const size = { bytes: 28_000_000, architecture: 'arm64' };
    const arm = () => Promise.resolve('arm64');
    const [one, two] = candidates;
    const image = one?.proxied ?? '';

    it('asks one more request, knows it for the nodes that it was asked for, and asks nothing twice', async () => {
      const { probes, asked, counted } = setUp({ 'one.example': 'available' }, [], { 'one.example': size });
      await probes.order(candidates, arm);
      expect([probes.knownSize(image, 'arm64'), probes.knownSize(image, 'amd64')]).toEqual([28_000_000, null]);
      expect([probes.knownSize(image, null), probes.knownSize(two?.proxied ?? '', 'arm64')]).toEqual([null, null]);
      expect(await probes.size(candidates[0] as Candidate, arm)).toBe(28_000_000);
      expect([asked, counted]).toEqual([['one.example'], [['one.example', 4, 0]]]);
    });

    it('is of nodes of every kind where there is one image only', async () => {
      const only = { 'one.example': { bytes: 7, architecture: null } };
      const { probes } = setUp({ 'one.example': 'available' }, [], only);
      expect(await probes.size(candidates[0] as Candidate, () => Promise.resolve(null))).toBe(7);
    });

    it('asks the only mirror too, and waits for nothing', async () => {
      const { probes, asked } = setUp({ 'one.example': 'never' });
      expect(await probes.order(candidates.slice(0, 1), arm)).toEqual(candidates.slice(0, 1));
      expect(asked).toEqual(['one.example']);
      expect(probes.knownSize(image, 'arm64')).toBeNull();
    });

    it('asks no mirror that this computer may not ask, or that was asked enough', async () => {
      const { probes, asked } = setUp({ 'two.example': 'available' }, ['two.example']);
      expect(await probes.size(candidates[0] as Candidate, arm)).toBeNull();
      expect(await probes.size(candidates[1] as Candidate, arm)).toBeNull();
      expect(asked).toEqual([]);
    });
  });
});
