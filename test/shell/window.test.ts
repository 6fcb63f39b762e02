import { beforeEach, describe, expect, it, vi } from 'vitest';
import { PopupWindow } from '../../electron/shell/window';
import { BrowserWindow } from '../setup/fakeElectron';
import { manualClock, type ManualClock } from '../setup/manualClock';

vi.mock('electron', () => import('../setup/fakeElectron'));

const minutes = (n: number) => n * 60_000;
const other = { by: 'other' } as const;
let clock: ManualClock;
let hasTray: boolean;
let ended: number;
let popup: PopupWindow;
const windows = () => BrowserWindow.made;
const newest = () => {
  const last = windows().at(-1);
  if (!last) throw new Error('there is no window');
  return last;
};
function open(): BrowserWindow {
  popup.show(other);
  newest().emit('ready-to-show');
  return newest();
}

beforeEach(() => {
  BrowserWindow.made.length = 0;
  clock = manualClock(1_000_000);
  hasTray = true;
  ended = 0;
  popup = new PopupWindow({
    clock,
    preload: '/preload.cjs',
    icon: {} as Electron.NativeImage,
    devTools: true,
    hasTray: () => hasTray,
    stayOpen: false,
    closedForGood: () => (ended += 1),
  });
});

describe('the window', () => {
  it('is made when it is first wanted, and kept while it is hidden for a short time', () => {
    expect(windows()).toHaveLength(0);
    const first = open();
    expect(first.visible).toBe(true);
    popup.hide();
    clock.pass(minutes(5) - 1);
    popup.show(other);
    expect(windows()).toHaveLength(1);
    expect(first.visible).toBe(true);
    clock.pass(minutes(60));
    expect(first.destroyed).toBe(false);
  });

  it('is destroyed after some minutes out of sight, and made anew', () => {
    const first = open();
    popup.hide();
    clock.pass(minutes(5));
    expect(first.destroyed).toBe(true);
    expect(ended).toBe(0);
    expect(popup.audience).toBeNull();
    expect(open()).not.toBe(first);
  });

  it('hides when it loses the focus, unless a dialog of its own has it', async () => {
    const window = open();
    await popup.holdOpen(() => {
      window.emit('blur');
      return Promise.resolve();
    });
    expect(window.visible).toBe(true);
    window.emit('blur');
    expect(window.visible).toBe(false);
  });

  it('is not opened again by the click that has just hidden it', () => {
    const window = open();
    const click = { by: 'tray', icon: { x: 0, y: 0, width: 0, height: 0 } } as const;
    window.emit('blur');
    clock.pass(50);
    popup.toggle(click);
    expect(window.visible).toBe(false);
    clock.pass(1_000);
    popup.toggle(click);
    expect(window.visible).toBe(true);
    popup.toggle(click);
    expect(window.visible).toBe(false);
  });

  it('tells its page what to show once the page listens, and only once', () => {
    const told: unknown[] = [];
    popup.show(other, { incident: 'nginx:1.25' });
    expect(told).toEqual([]);
    popup.ready((target) => told.push(target));
    popup.ready((target) => told.push(target));
    expect(told).toEqual([{ incident: 'nginx:1.25' }]);
    popup.show(other, { section: 'restores' });
    expect(told).toHaveLength(2);
  });

  it('without a tray is a framed window that ends the app when it is closed', () => {
    hasTray = false;
    const window = open();
    expect(window.options.frame).toBe(true);
    window.emit('blur');
    expect(window.visible).toBe(true);
    const close = { prevented: false, preventDefault: () => (close.prevented = true) };
    window.emit('close', close);
    expect(close.prevented).toBe(false);
    window.destroy();
    expect(ended).toBe(1);
  });

  it('does not end the app when it goes by itself after the panel has gone', () => {
    const window = open();
    popup.hide();
    hasTray = false;
    clock.pass(minutes(5));
    expect(window.destroyed).toBe(true);
    expect(ended).toBe(0);
    expect(open().visible).toBe(true);
  });

  it('without a tray ends the app when its page breaks, because nothing would open it again', () => {
    hasTray = false;
    open().webContents.emit('render-process-gone');
    expect(ended).toBe(1);
  });

  it('neither opens nor asks to end an app that is ending', () => {
    hasTray = false;
    open();
    popup.destroy();
    expect(ended).toBe(0);
    popup.show(other);
    expect(windows()).toHaveLength(1);
  });

  it('with a tray hides instead of closing', () => {
    const window = open();
    const close = { prevented: false, preventDefault: () => (close.prevented = true) };
    window.emit('close', close);
    expect(close.prevented).toBe(true);
    expect(window.visible).toBe(false);
    expect(ended).toBe(0);
  });
});
