import { describe, expect, it } from 'vitest';
import { readArguments } from './options';

describe('the arguments of npm run bench', () => {
  it('measures little without any', () => {
    expect(readArguments([])).toMatchObject({ measure: 'watch', pods: [2000], contexts: [1], runs: 3, slow: false });
  });

  it('measures everything by the name', () => {
    expect(readArguments(['watch'])).toMatchObject({
      pods: [1000, 3000, 10_000, 30_000],
      contexts: [1, 5, 20],
      runs: 5,
      changes: 10_000,
      clients: [],
    });
  });

  it('goes up to 100,000 pods on the simulated server', () => {
    expect(readArguments(['watch', '--simulated'])).toMatchObject({ pods: [1000, 3000, 10_000, 30_000, 100_000] });
  });

  it('takes sizes in any order, each once', () => {
    expect(readArguments(['watch', '--pods', '300,100,300'])).toMatchObject({ pods: [100, 300] });
  });

  it('plays faults with a seed that is another one each time, or the given one', () => {
    expect(readArguments(['faults'])).toEqual({ measure: 'faults', schedules: 2000, seed: null });
    expect(readArguments(['faults', '--schedules', '3', '--seed', '7'])).toMatchObject({ schedules: 3, seed: 7 });
  });

  it.each([
    [['nothing']],
    [['watch', '--runs', '0']],
    [['watch', '--pods', '10,x']],
    [['watch', '--clients', 'nobody']],
    [['faults', '--seed', 'x']],
    [['--no-such-flag']],
  ])('refuses %j with the usage', (args) => {
    expect(readArguments(args)).toMatchObject({ exitCode: 2, print: expect.stringContaining('Usage:') as string });
  });
});
