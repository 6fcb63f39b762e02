import { expect, it } from 'vitest';
import { eventLine } from '../../electron/headless/eventLine';

it('is one line for one event, whatever an image is called and a runtime says', () => {
  const line = eventLine({
    time: '2026-03-01T08:00:00Z',
    context: 'dev',
    event: 'cache-failed',
    namespace: 'shop',
    pod: 'web',
    image: 'nginx\n2026-03-01T08:00:01Z  dev  healed',
    why: 'denied\u001b[2K\u202e',
    patch: [{ op: 'test' }],
  });
  expect(line).toBe(
    '2026-03-01T08:00:00Z  dev  cache-failed  shop/web  image=nginx 2026-03-01T08:00:01Z dev healed  why=denied\\u{1b}[2K\\u{202e}  patch=[{"op":"test"}]',
  );
});
