import { describe, expect, it } from 'vitest';
import type { Cause, Diagnosis, Refusal, RefusalCode } from '../../electron/domain/cause';
import { causeTexts, causeTitle, refusalText } from '../../electron/domain/words/causes';
import { causesChinese, refusalsChinese } from '../../electron/domain/words/causesChinese';
import { causesEnglish, refusalsEnglish } from '../../electron/domain/words/causesEnglish';

const forms = { en: causesEnglish, zh: causesChinese } as const;
const languages = ['en', 'zh'] as const;
const subject = { image: 'quay.io/acme/app:1', host: 'quay.io' };

function diagnosis(cause: Cause, changes: Partial<Diagnosis> = {}): Diagnosis {
  return { cause, healable: 'yes', ambiguous: false, host: '', sandbox: false, needsLogin: false, ...changes };
}

describe('the words for a cause', () => {
  it.each(languages)('%s: each form has a title and whole sentences, with and without a host', (language) => {
    const end = language === 'en' ? /^[A-Z“].*\.$|^[a-z0-9.:/“]+ .*\.$/ : /。$/;
    for (const words of Object.values(forms[language])) {
      expect(words.title).toMatch(/^[^.。]+$/);
      for (const host of ['quay.io', '']) {
        for (const text of [
          words.explanation({ ...subject, host }),
          words.mirrorHelps,
          words.next({ ...subject, host }),
        ]) {
          expect(text).toMatch(end);
          expect(text).not.toMatch(/ {2}|undefined|^ | [。，：；]/);
        }
      }
    }
  });

  it('the languages have words for the same things, and none of the other’s', () => {
    for (const [form, words] of Object.entries(causesEnglish)) {
      const chinese = causesChinese[form as keyof typeof causesChinese];
      expect(chinese.explanation(subject).includes(subject.image), form).toBe(
        words.explanation(subject).includes(subject.image),
      );
      expect(words.explanation(subject) + words.mirrorHelps + words.next(subject)).not.toMatch(/\p{Script=Han}/u);
      expect(chinese.explanation(subject) + chinese.title).toMatch(/\p{Script=Han}/u);
    }
  });

  it('name the host that was given, else the one in the diagnosis, else that of the image', () => {
    const explain = (host: string, found: string, image: string) =>
      causeTexts('en', diagnosis('unreachable', { host: found }), { image, host }).explanation;
    expect(explain('a.example', 'b.example', 'c.example/app')).toContain('a.example');
    expect(explain('', 'b.example', 'c.example/app')).toContain('reach b.example');
    expect(explain('', '', 'c.example/app')).toContain('reach c.example');
    expect(explain('', '', 'nginx')).toContain('reach docker.io');
    expect(explain('', '', 'Not:A:Name')).toContain('reach the registry');
  });

  it.each<[Diagnosis, keyof typeof causesEnglish]>([
    [diagnosis('tls', { healable: 'no' }), 'tls'],
    [diagnosis('unreachable', { sandbox: true, healable: 'no' }), 'sandbox'],
    [diagnosis('not-found', { ambiguous: true, healable: 'offer' }), 'not-found-or-private'],
    [diagnosis('not-found', { healable: 'no' }), 'not-found'],
    [diagnosis('unauthorized', { ambiguous: true, healable: 'no' }), 'private-or-not-found'],
    [diagnosis('bad-reference', { healable: 'offer' }), 'short-name'],
    [diagnosis('bad-reference', { healable: 'no' }), 'bad-reference'],
    [diagnosis('rate-limited', { healable: 'no' }), 'node-limit'],
    [diagnosis('unknown', { healable: 'no' }), 'node-trouble'],
    [diagnosis('unknown', { healable: 'offer' }), 'unknown'],
  ])('%j speaks as %s', (given, form) => {
    expect(causeTexts('en', given, subject)).toEqual({
      title: causesEnglish[form].title,
      explanation: causesEnglish[form].explanation(subject),
      mirrorHelps: causesEnglish[form].mirrorHelps,
      next: causesEnglish[form].next(subject),
    });
  });

  it('never promise that a mirror helps where it is not tried', () => {
    for (const form of [
      'tls',
      'unauthorized',
      'not-found',
      'bad-reference',
      'no-matching-platform',
      'disk-full',
    ] as const) {
      expect(causesEnglish[form].mirrorHelps).toContain('does not help');
      expect(causesChinese[form].mirrorHelps).toContain('没有作用');
    }
  });
});

describe('the words for a refusal', () => {
  it.each(languages)('%s: one sentence for each code', (language) => {
    for (const code of Object.keys(refusalsEnglish) as RefusalCode[]) {
      const text = refusalText(language, { code, about: 'quay.io' });
      expect(text).toMatch(language === 'en' ? /^\S.*\.$/ : /。$/);
    }
    for (const code of ['invalid', 'image-volume'] as const) {
      expect(refusalText(language, { code, about: '' })).not.toMatch(/ {2}|“”|^\s/);
    }
  });

  it('name what they are about', () => {
    const about: RefusalCode[] = ['no-rule', 'excluded', 'already-proxied', 'local', 'ip-host', 'port', 'invalid'];
    for (const code of about) {
      expect(refusalsEnglish[code]('reg.example')).toContain('reg.example');
      expect(refusalsChinese[code]('reg.example')).toContain('reg.example');
    }
  });

  it('read a cause by its title', () => {
    const refusal: Refusal = { code: 'cause', about: 'disk-full' };
    expect(refusalText('en', refusal)).toContain(causeTitle('en', 'disk-full'));
    expect(refusalText('zh', refusal)).toContain(causeTitle('zh', 'disk-full'));
    expect(refusalText('en', { code: 'cause', about: 'of-tomorrow' })).toContain('of-tomorrow');
  });
});
