import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../electron/shell/flags';

const nothing = { demo: false, hidden: false, stayOpen: false, kubeconfigs: [] };

describe('flags', () => {
  it.each([
    ['none', [], nothing],
    [
      'those of Chromium and of debuggers',
      ['--no-sandbox', '/app', '--inspect=0', '--user-data-dir=/x', '-r'],
      nothing,
    ],
    ['a demo, which stays open', ['--demo'], { ...nothing, demo: true, stayOpen: true }],
    ['hidden', ['/app', '--hidden'], { ...nothing, hidden: true }],
    ['staying open', ['--stay-open'], { ...nothing, stayOpen: true }],
    ['one kubeconfig', ['--kubeconfig', '/a'], { ...nothing, kubeconfigs: ['/a'] }],
    ['several, in either form', ['--kubeconfig=/a', '--kubeconfig', '/b'], { ...nothing, kubeconfigs: ['/a', '/b'] }],
    ['a kubeconfig that is missing', ['--kubeconfig'], nothing],
  ])('%s', (_name, args, expected) => {
    expect(parseFlags(args)).toEqual(expected);
  });
});
