import { beforeEach, describe, expect, it } from 'vitest';
import { parseAllowList, type AllowList } from '../../electron/domain/mirrors/allowList';
import type { MirrorStop } from '../../electron/domain/mirrors/mirrorBudget';
import { defaultSettings, unchosenContext } from '../../electron/domain/settings';
import { CurrentRules } from '../../electron/engine/rescue/currentRules';

const stop: MirrorStop = { by: 'requests', until: 60_000 };

describe('the rules that decisions are made by', () => {
  let says = start();
  let rules = new CurrentRules(parts());
  beforeEach(() => {
    says = start();
    rules = new CurrentRules(parts());
  });

  function start() {
    return {
      settings: defaultSettings,
      context: unchosenContext,
      optedOut: new Set(['quiet']),
      allowList: null as AllowList | null,
      stop: null as MirrorStop | null,
    };
  }

  function parts() {
    return {
      settings: () => says.settings,
      context: () => says.context,
      // another object each time, as the facts of a cluster give it
      facts: {
        get optedOut() {
          return new Set(says.optedOut);
        },
      },
      mirrors: {
        get allowList() {
          return says.allowList;
        },
        // likewise
        stopOf: () => says.stop && { ...says.stop },
      },
    };
  }

  it('stay the same object for as long as they say the same', () => {
    says.stop = stop;
    const before = rules.now;
    expect(before.stopOf('one.example')).toEqual(stop);
    says.settings = { ...says.settings, language: 'zh' };
    expect(rules.now).toBe(before);
  });

  it.each<[string, () => void]>([
    ['the mirrors', () => (says.settings = { ...says.settings, mirrors: [] })],
    ['what is not proxied', () => (says.settings = { ...says.settings, noProxy: ['redis'] })],
    ['the excluded namespaces', () => (says.settings = { ...says.settings, excludedNamespaces: [] })],
    ['one more namespace that opted out', () => says.optedOut.add('calm')],
    ['one namespace fewer that opted out', () => says.optedOut.delete('quiet')],
    ['another namespace that opted out', () => (says.optedOut = new Set(['calm']))],
    ['what the mirror serves', () => (says.allowList = parseAllowList('docker.io/library/nginx'))],
    ['whether nodes may be retagged', () => (says.context = { ...says.context, retag: true })],
    ['whether a mirror may be asked', () => (says.stop = stop)],
  ])('are others where they differ in %s', (_what, change) => {
    const before = rules.now;
    before.stopOf('one.example');
    change();
    expect(rules.now).not.toBe(before);
  });

  it('are others when a mirror may be asked later than was said', () => {
    says.stop = stop;
    const before = rules.now;
    before.stopOf('one.example');
    says.stop = { ...stop, until: 90_000 };
    expect(rules.now.stopOf('one.example')?.until).toBe(90_000);
    says.stop = { ...stop, until: 90_000, by: 'errors' };
    expect(rules.now.stopOf('one.example')?.by).toBe('errors');
  });

  it('ask about each mirror once', () => {
    const { now } = rules;
    now.stopOf('one.example');
    says.stop = stop;
    expect(now.stopOf('one.example')).toBeNull();
  });
});
