import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../electron/domain/settings';
import { readSettingsText } from '../../electron/files/settingsReading';

describe('a settings file', () => {
  it('of an earlier version gets the defaults for what it lacks', () => {
    const contexts = { staging: { watch: true, auto: false, agreed: true } };
    expect(readSettingsText(JSON.stringify({ language: 'zh', contexts }))).toEqual({
      ...defaultSettings,
      language: 'zh',
      contexts,
    });
  });

  it('of a later version loses only what is not known here', () => {
    expect(readSettingsText('{"language":"en","telepathy":true}')).toEqual({ ...defaultSettings, language: 'en' });
  });

  it.each([
    ['no JSON', '{"language"'],
    ['a list', '[]'],
    ['a wrong value', '{"language":"klingon"}'],
    ['a wrong shape', '{"contexts":{"staging":{"watch":"yes"}}}'],
  ])('that is %s is broken, with the reason', (_name, text) => {
    const read = readSettingsText(text);
    expect('broken' in read && read.broken).toMatch(/\w/);
  });
});
