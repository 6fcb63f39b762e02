import { describe, expect, it } from 'vitest';
import { pageCommands } from '../../electron/ipc/pageCommands';
import { createServing } from '../../electron/ipc/serving';
import { fakeApplication } from '../setup/fakeApplication';

const rule = { name: 'nexus', match: 'docker.io', template: 'nexus.example/{path}' };

describe('a window in a browser', () => {
  it('has the rules of a file read that was chosen there', async () => {
    const serve = createServing(fakeApplication(), pageCommands(fakeApplication()));
    const file = { name: 'team.json', text: JSON.stringify([rule]) };
    expect(await serve({ name: 'importRules', payload: { language: 'en', file } })).toEqual({
      ok: true,
      value: { file: 'team.json', rules: [rule] },
    });
    const wrong = { ...file, text: JSON.stringify({ rules: [{ ...rule, match: '' }] }) };
    expect(await serve({ name: 'importRules', payload: { language: 'en', file: wrong } })).toEqual({
      ok: false,
      error: { code: 'bad-request', message: 'team.json, rules.0.match: “match” is empty.' },
    });
  });

  it('gets the rules of the settings as a text to save', async () => {
    const application = fakeApplication();
    const serve = createServing(application, pageCommands(application));
    const answer = await serve({ name: 'exportRules', payload: { language: 'en' } });
    expect(answer).toEqual({
      ok: true,
      value: {
        name: 'pullthrough-mirrors.json',
        text: expect.stringContaining('m.daocloud.io/{host}/{path}') as string,
      },
    });
  });

  it.each([
    ['importRules', { language: 'en', file: null }],
    ['chooseAllowList', {}],
    ['chooseKubeconfig', {}],
  ])('opens no dialog of this computer: %s', async (name, payload) => {
    const serve = createServing(fakeApplication(), pageCommands(fakeApplication()));
    expect(await serve({ name, payload })).toEqual({
      ok: false,
      error: { code: 'not-possible', message: 'Choosing a file needs a desktop.' },
    });
  });
});
