import { describe, expect, it, vi } from 'vitest';
import { pageCommands } from '../../electron/ipc/pageCommands';
import { createServing, type ShellCommands } from '../../electron/ipc/serving';
import { isCommand, parseCommand } from '../../electron/ipc/validation';
import { fakeApplication } from '../setup/fakeApplication';

const shell = {
  ...pageCommands(fakeApplication()),
  copyText: vi.fn(() => Promise.resolve({ ok: true, value: null } as const)),
} satisfies ShellCommands;

describe('what a window may send', () => {
  const refused: readonly [string, unknown, string][] = [
    ['nothing', undefined, 'Not a command.'],
    ['a text', 'fixAll', 'Not a command.'],
    ['no name', { payload: {} }, 'Not a command.'],
    ['a name that is not in the contract', { name: 'reboot', payload: {} }, 'No such command.'],
    ['a name that every object has', { name: 'constructor', payload: {} }, 'No such command.'],
    ['a missing payload', { name: 'fixAll' }, 'fixAll: payload is not valid.'],
    ['a field too many', { name: 'fixAll', payload: { force: true } }, 'fixAll: payload is not valid.'],
    ['a field too few', { name: 'fix', payload: { context: 'a', incident: 'b' } }, 'fix: agree is not valid.'],
    [
      'a wrong type',
      { name: 'fix', payload: { context: 'a', incident: 'b', agree: 'yes' } },
      'fix: agree is not valid.',
    ],
    ['a huge text', { name: 'copyText', payload: { text: 'x'.repeat(70_000) } }, 'copyText: text is not valid.'],
  ];
  it.each(refused)('not %s', async (_name, raw, message) => {
    const application = fakeApplication();
    const answer = await createServing(application, shell)(raw);
    expect(answer).toEqual({ ok: false, error: { code: 'bad-request', message } });
    expect(application.commands).toEqual([]);
  });

  it('is handed on as it was parsed', () => {
    const raw = { name: 'fix', payload: { context: 'a', incident: 'b', agree: true } };
    const command = parseCommand(raw);
    expect(isCommand(command)).toBe(true);
    expect(command).toEqual(raw);
  });
});

describe('serving', () => {
  it('gives commands of the engine to the engine', async () => {
    const application = fakeApplication();
    const answer = await createServing(application, shell)({ name: 'retryContext', payload: { context: 'staging' } });
    expect(answer).toEqual({ ok: true, value: null });
    expect(application.commands).toEqual([{ name: 'retryContext', payload: { context: 'staging' } }]);
  });

  it('gives commands of the desktop to the shell', async () => {
    const application = fakeApplication();
    const serve = createServing(application, shell);
    expect(await serve({ name: 'copyText', payload: { text: 'abc' } })).toEqual({ ok: true, value: null });
    expect(shell.copyText).toHaveBeenCalledWith({ text: 'abc' });
    expect(await serve({ name: 'openPath', payload: { path: '/tmp' } })).toEqual({
      ok: false,
      error: { code: 'not-possible', message: 'Opening a file needs a desktop.' },
    });
    expect(application.commands).toEqual([]);
  });

  it('turns what is thrown into data', async () => {
    const broken: ShellCommands = { ...shell, openPath: () => Promise.reject(new Error('no such folder')) };
    expect(await createServing(fakeApplication(), broken)({ name: 'openPath', payload: { path: '/x' } })).toEqual({
      ok: false,
      error: { code: 'failed', message: 'no such folder' },
    });
  });
});
