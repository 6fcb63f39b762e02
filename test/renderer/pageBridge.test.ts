import { describe, expect, test } from 'vitest';
import type { AppState } from '../../electron/domain/appState';
import type { ShowTarget } from '../../electron/ipc/contract';
import { createPageBridge, type ChosenFile, type PageSurroundings } from '../../renderer/pageBridge';
import { busy } from './states';

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

function page(answer: () => Response | Promise<Response>, chosen: ChosenFile | null = null) {
  const events = new EventTarget();
  const calls: Call[] = [];
  const opened: string[] = [];
  const copied: string[] = [];
  const saved: { name: string; text: string }[] = [];
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
    chooseFile: () => Promise.resolve(chosen),
    saveFile: (name, text) => {
      saved.push({ name, text });
    },
  };
  const bridge = createPageBridge(new URL('http://127.0.0.1:4040/?token=a%2Bb'), surroundings);
  const emit = (name: string, data: unknown) =>
    events.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  return { bridge, calls, opened, copied, saved, emit, events };
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

describe('files of the loopback page are the browser’s:', () => {
  const rules = [{ name: 'a', match: '*', template: 'a.example/{host}/{path}' }];
  const file = (text: string, size = text.length): ChosenFile => ({
    name: 'mine.json',
    size,
    text: () => Promise.resolve(text),
  });

  test('one that was chosen goes to the engine as its text', async () => {
    const imported = { ok: true, value: { file: 'mine.json', rules } } as const;
    const { bridge, calls } = page(() => Response.json(imported), file('[]'));
    expect(await bridge.send('importRules', { language: 'en', file: null })).toEqual(imported);
    expect(JSON.parse(calls[0]?.init.body as string)).toEqual({
      name: 'importRules',
      payload: { language: 'en', file: { name: 'mine.json', text: '[]' } },
    });
  });

  test('none that was chosen, and one that is too large, go nowhere', async () => {
    const none = page(fine);
    expect(await none.bridge.send('importRules', { language: 'en', file: null })).toEqual({ ok: true, value: null });
    const large = page(fine, file('[]', 300_000));
    expect(await large.bridge.send('importRules', { language: 'zh', file: null })).toMatchObject({
      ok: false,
      error: { message: 'mine.json 太大，不会是镜像加速规则的文件。' },
    });
    expect([...none.calls, ...large.calls]).toEqual([]);
  });

  test('one that cannot be read says why', async () => {
    const unreadable = { ...file('[]'), text: () => Promise.reject(new Error('It was moved meanwhile.')) };
    const { bridge } = page(fine, unreadable);
    expect(await bridge.send('importRules', { language: 'en', file: null })).toEqual({
      ok: false,
      error: { code: 'failed', message: 'It was moved meanwhile.' },
    });
  });

  test('what is exported is saved by the browser', async () => {
    const { bridge, saved } = page(() => Response.json({ ok: true, value: { name: 'rules.json', text: '{}' } }));
    expect(await bridge.send('exportRules', { language: 'en' })).toEqual({ ok: true, value: { saved: 'rules.json' } });
    expect(saved).toEqual([{ name: 'rules.json', text: '{}' }]);
  });

  test('nothing is saved where nothing could be exported', async () => {
    const { bridge, saved } = page(() => Response.json({ ok: false, error: { code: 'failed', message: 'No.' } }));
    expect(await bridge.send('exportRules', { language: 'en' })).toMatchObject({ ok: false });
    expect(saved).toEqual([]);
  });
});
