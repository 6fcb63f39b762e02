import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { IncidentView } from '../../electron/domain/appState';
import type { Notice } from '../../electron/domain/views/notices';
import { defaultSettings } from '../../electron/domain/settings';
import type { ShowTarget } from '../../electron/ipc/contract';
import { startNotifications } from '../../electron/shell/notifications';
import { fakeApplication, type FakeApplication } from '../setup/fakeApplication';
import { Notification } from '../setup/fakeElectron';
import { gaveUp, healed, rescuing, sampleIncident, sampleState } from '../setup/sampleState';

vi.mock('electron', () => import('../setup/fakeElectron'));

let application: FakeApplication;
let targets: ShowTarget[];
const notifications = () => Notification.shown;
const failure: Notice = { kind: 'failure', id: 'x', context: 'staging', incident: 'nginx:1.25', fixable: true };
const withProgress = (progress: IncidentView['progress']) => sampleState({ incidents: [sampleIncident({ progress })] });

function start(platform: NodeJS.Platform, majorVersion = 45) {
  return startNotifications({
    application,
    language: () => 'en',
    show: (target) => targets.push(target),
    platform,
    majorVersion,
  });
}
/** Makes the notice known, and gives the notification that came of it. */
function notify(notice: Notice): Notification {
  application.notify(notice);
  const last = notifications().at(-1);
  if (!last) throw new Error('nothing was shown');
  return last;
}

beforeEach(() => {
  Notification.shown.length = 0;
  targets = [];
  application = fakeApplication(sampleState({ incidents: [sampleIncident()] }));
});

describe('a click on a notification', () => {
  it('fixes what can be fixed', async () => {
    start('linux');
    notify(failure).emit('click');
    await new Promise((resolve) => setImmediate(resolve));
    expect(application.commands).toEqual([
      { name: 'fix', payload: { context: 'staging', incident: 'nginx:1.25', agree: false } },
    ]);
    expect(targets).toEqual([]);
  });

  it('opens the incident when the fix is refused', async () => {
    start('linux');
    application.answers({ ok: false, error: { code: 'not-agreed', message: 'No.' } });
    notify(failure).emit('click');
    await vi.waitFor(() => expect(targets).toEqual([{ context: 'staging', incident: 'nginx:1.25' }]));
  });

  it('opens the incident where it cannot be fixed, or a person wants it so', () => {
    start('linux');
    notify({ ...failure, fixable: false }).emit('click');
    application.become(
      sampleState({ incidents: [sampleIncident()], settings: { ...defaultSettings, notificationClick: 'open' } }),
    );
    notify(failure).emit('click');
    expect(application.commands).toEqual([]);
    expect(targets).toEqual([
      { context: 'staging', incident: 'nginx:1.25' },
      { context: 'staging', incident: 'nginx:1.25' },
    ]);
  });

  it('opens the window for several, and where the outcome is listed', () => {
    start('linux');
    const incidents = [{ context: 'staging', incident: 'nginx:1.25' }];
    notify({ kind: 'several-failures', id: 'x', incidents, alreadyBroken: true }).emit('click');
    application.become(withProgress(healed()));
    notify({ kind: 'healed', id: 'x', context: 'staging', incident: 'nginx:1.25' }).emit('click');
    application.become(withProgress(gaveUp()));
    notify({ kind: 'gave-up', id: 'x', context: 'staging', incident: 'nginx:1.25' }).emit('click');
    expect(targets).toEqual([
      { section: 'failing' },
      { section: 'failing' },
      { context: 'staging', incident: 'nginx:1.25' },
    ]);
  });
});

describe('buttons', () => {
  const buttons = (notification: Notification) => notification.options.actions.map(({ text }) => text);

  it('are there where the platform draws them', () => {
    start('darwin', 25);
    expect(buttons(notify(failure))).toEqual(['Fix', 'Why?']);
    expect(buttons(notify({ ...failure, fixable: false }))).toEqual(['Why?']);
  });

  it('are left out elsewhere', () => {
    start('win32', 25);
    start('linux', 45);
    notify(failure);
    expect(notifications().map(buttons)).toEqual([[], []]);
  });

  it.each([
    ['Electron 25', (notification: Notification, index: number) => notification.emit('action', {}, index)],
    ['Electron 45', (notification: Notification, index: number) => notification.emit('action', { actionIndex: index })],
  ])('do what they say in %s', (_version, press) => {
    start('darwin');
    press(notify(failure), 0);
    expect(application.commands).toHaveLength(1);
    press(notify(failure), 1);
    expect(application.commands).toHaveLength(1);
    expect(targets).toEqual([{ context: 'staging', incident: 'nginx:1.25' }]);
  });

  it('act once, even when one press is told twice', () => {
    start('win32', 45);
    const notification = notify(failure);
    notification.emit('action', { actionIndex: 0 });
    notification.emit('action', { actionIndex: 0 });
    notification.emit('click');
    expect(application.commands).toHaveLength(1);
    expect(targets).toEqual([]);
  });
});

describe('a notification', () => {
  it('is taken away when the incident is healed or gone', () => {
    start('linux');
    const first = notify(failure);
    application.become(withProgress(rescuing()));
    expect(first.closed).toBe(false);
    application.become(withProgress(healed()));
    expect(first.closed).toBe(true);
    application.become(withProgress({ is: 'failing' }));
    const second = notify(failure);
    application.become(sampleState());
    expect(second.closed).toBe(true);
  });

  it('about what is gone already is not shown', () => {
    start('linux');
    application.notify({ ...failure, incident: 'gone' });
    expect(notifications()).toEqual([]);
  });

  it('has its markup taken out on Linux', () => {
    application.become(sampleState({ incidents: [sampleIncident({ context: 'a<b>&c' })] }));
    start('linux');
    expect(notify({ ...failure, context: 'a<b>&c' }).options.body).toContain('a&lt;b&gt;&amp;c');
  });

  it('is taken away with the app', () => {
    const stop = start('linux');
    const notification = notify(failure);
    stop();
    expect(notification.closed).toBe(true);
    application.notify(failure);
    expect(notifications()).toHaveLength(1);
    expect(application.listeners()).toBe(0);
  });
});
