import { expect, it, vi } from 'vitest';
import { followLifecycle } from '../../electron/shell/lifecycle';
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
