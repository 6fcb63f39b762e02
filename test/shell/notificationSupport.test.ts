import { describe, expect, it } from 'vitest';
import { hasButtons, plainBody } from '../../electron/shell/notificationSupport';

describe('notifications', () => {
  it.each([
    ['darwin', 25, true],
    ['darwin', 45, true],
    ['win32', 44, false],
    ['win32', 45, true],
    ['linux', 45, false],
  ] as const)('on %s with Electron %i have buttons: %s', (platform, version, has) => {
    expect(hasButtons(platform, version)).toBe(has);
  });

  it('carry no markup on Linux', () => {
    expect(plainBody('<b>a</b> & b', 'linux')).toBe('&lt;b&gt;a&lt;/b&gt; &amp; b');
    expect(plainBody('<b>a</b> & b', 'darwin')).toBe('<b>a</b> & b');
  });
});
