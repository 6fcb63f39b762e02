import { expect, it, vi } from 'vitest';
import { followLifecycle, startWhenReady } from '../../electron/shell/lifecycle';
import { app } from '../setup/fakeElectron';

vi.mock('electron', () => import('../setup/fakeElectron'));

it('an app that is asked to quit twice stops once, and ends when that is done', async () => {
  let stops = 0;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  followLifecycle({
    resumed: () => undefined,
    activated: () => undefined,
    stop: () => {
      stops += 1;
      return finished;
    },
  });
  app.quit();
  app.quit();
  expect([stops, app.ended]).toEqual([1, 0]);
  finish();
  await vi.waitFor(() => {
    expect(app.ended).toBe(1);
  });
  expect(stops).toBe(1);
});

it('an app that cannot start says why, and ends', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  startWhenReady(() => Promise.reject(new Error('its folder may not be read')));
  await vi.waitFor(() => {
    expect(app.exitCodes).toEqual([1]);
  });
  expect(String(written.mock.calls[0]?.[0])).toContain('could not start: Error: its folder may not be read');
  written.mockRestore();
});
