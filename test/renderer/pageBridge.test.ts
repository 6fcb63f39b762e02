import { describe, expect, test } from 'vitest';
import type { AppState } from '../../electron/domain/appState';
import type { ShowTarget } from '../../electron/ipc/contract';
import { createPageBridge, type PageSurroundings } from '../../renderer/pageBridge';
import { busy } from './states';

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

function page(answer: () => Response | Promise<Response>) {
  const events = new EventTarget();
  const calls: Call[] = [];
  const opened: string[] = [];
  const copied: string[] = [];
  const surroundings: PageSurroundings = {
    events: (url) => {
      opened.push(url);
      return events;
    },
    fetch: async (url, init) => {
      calls.push({ url, init });
      return answer();
    },
    copy: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
  };
  const bridge = createPageBridge(new URL('http://127.0.0.1:4040/?token=a%2Bb'), surroundings);
  const emit = (name: string, data: unknown) =>
    events.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  return { bridge, calls, opened, copied, emit, events };
}

const fine = () => Response.json({ ok: true, value: null });

describe('the loopback page', () => {
  test('listens with its token', () => {
    expect(page(fine).opened).toEqual(['/events?token=a%2Bb']);
  });

  test('passes snapshots on, also to those who come later', () => {
    const { bridge, emit } = page(fine);
    const early: AppState[] = [];
    const stop = bridge.onState((state) => early.push(state));
    emit('state', busy);
    const late: AppState[] = [];
    bridge.onState((state) => late.push(state));
    expect([early.length, late.length]).toEqual([1, 1]);
    expect(late[0]?.incidents).toHaveLength(busy.incidents.length);
    stop();
    emit('state', busy);
    expect([early.length, late.length]).toEqual([1, 2]);
  });

  test('passes on what is to be shown, and whether it is connected', () => {
    const { bridge, emit, events } = page(fine);
    const shown: ShowTarget[] = [];
    const connected: boolean[] = [];
    bridge.onShow((target) => shown.push(target));
    bridge.onConnection?.((is) => connected.push(is));
    emit('show', { section: 'cached' });
    events.dispatchEvent(new Event('error'));
    events.dispatchEvent(new Event('open'));
    expect(shown).toEqual([{ section: 'cached' }]);
    expect(connected).toEqual([false, true]);
  });

  test('sends commands with its token', async () => {
    const { bridge, calls } = page(fine);
    expect(await bridge.send('fixAll', {})).toEqual({ ok: true, value: null });
    const [call] = calls;
    expect(call?.url).toBe('/command');
    expect(call?.init.method).toBe('POST');
    expect(new Headers(call?.init.headers).get('authorization')).toBe('Bearer a+b');
    expect(call?.init.body).toBe('{"name":"fixAll","payload":{}}');
  });

  test('answers with the reason when nobody is there, or nobody listens to it', async () => {
    const gone = page(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await gone.bridge.send('fixAll', {})).toEqual({
      ok: false,
      error: { code: 'failed', message: 'Failed to fetch' },
    });
    const stranger = page(() => new Response('The token is missing or wrong.\n', { status: 401 }));
    expect(await stranger.bridge.send('fixAll', {})).toMatchObject({
      ok: false,
      error: { message: 'The token is missing or wrong.' },
    });
  });

  test('copies into the clipboard of the browser', async () => {
    const { bridge, calls, copied } = page(fine);
    expect(await bridge.send('copyText', { text: 'x' })).toEqual({ ok: true, value: null });
    expect(copied).toEqual(['x']);
    expect(calls).toEqual([]);
  });
});
