import { describe, expect, it } from 'vitest';
import type { Cause, Diagnosis, Refusal, RefusalCode } from '../../electron/domain/diagnosis/cause';
import { causeTexts, causeTitle, refusalText } from '../../electron/domain/words/causes';
import { causesChinese, refusalsChinese } from '../../electron/domain/words/causesChinese';
import { causesEnglish, refusalsEnglish } from '../../electron/domain/words/causesEnglish';

const forms = { en: causesEnglish, zh: causesChinese } as const;
const languages = ['en', 'zh'] as const;
const subject = { image: 'quay.io/acme/app:1', host: 'quay.io', cause: 'Some cause' };

function diagnosis(cause: Cause, changes: Partial<Diagnosis> = {}): Diagnosis {
  return { cause, healable: 'yes', ambiguous: false, host: '', sandbox: false, needsLogin: false, ...changes };
}

/** One diagnosis that speaks in each form. */
const diagnoses: Readonly<Record<keyof typeof causesEnglish, Diagnosis>> = {
  unreachable: diagnosis('unreachable'),
  'rate-limited': diagnosis('rate-limited'),
  'node-limit': diagnosis('rate-limited', { healable: 'no' }),
  'mirror-error': diagnosis('mirror-error'),
  'mirror-login': diagnosis('mirror-error', { needsLogin: true }),
  interrupted: diagnosis('interrupted'),
  tls: diagnosis('tls', { healable: 'no' }),
  'led-elsewhere': diagnosis('tls', { healable: 'offer' }),
  unauthorized: diagnosis('unauthorized', { healable: 'no' }),
  'private-or-not-found': diagnosis('unauthorized', { healable: 'no', ambiguous: true }),
  'refused-here': diagnosis('unauthorized', { healable: 'offer' }),
  'not-found': diagnosis('not-found', { healable: 'no' }),
  'not-found-or-private': diagnosis('not-found', { healable: 'offer', ambiguous: true }),
  'bad-reference': diagnosis('bad-reference', { healable: 'no' }),
  'short-name': diagnosis('bad-reference', { healable: 'offer' }),
  'no-matching-platform': diagnosis('no-matching-platform', { healable: 'no' }),
  'disk-full': diagnosis('disk-full', { healable: 'no' }),
  signature: diagnosis('signature', { healable: 'no' }),
  'never-policy': diagnosis('never-policy', { healable: 'no' }),
  unknown: diagnosis('unknown', { healable: 'offer' }),
  'node-trouble': diagnosis('unknown', { healable: 'no' }),
  sandbox: diagnosis('unreachable', { healable: 'no', sandbox: true }),
};

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

  it.each([
    ...(Object.entries(diagnoses) as [keyof typeof causesEnglish, Diagnosis][]),
    ['node-trouble', diagnosis('interrupted', { healable: 'no' })] as const,
  ])('%s for %j', (form, given) => {
    expect(causeTexts('en', given, subject)).toEqual({
      title: causesEnglish[form].title,
      explanation: causesEnglish[form].explanation({ ...subject, cause: causesEnglish[given.cause].title }),
      mirrorHelps: causesEnglish[form].mirrorHelps,
      next: causesEnglish[form].next(subject),
    });
  });

  it.each(languages)('%s: a missing pause image is told with its cause and the setting of each runtime', (language) => {
    const missing = diagnosis('unreachable', { sandbox: true, healable: 'no', host: 'registry.k8s.io' });
    const { explanation, next } = causeTexts(language, missing, { image: 'nginx:1', host: '' });
    expect(explanation.toLowerCase()).toContain(causeTitle(language, 'unreachable').toLowerCase());
    expect(explanation).toContain('registry.k8s.io');
    expect(explanation).not.toContain('nginx');
    for (const setting of [
      '[plugins."io.containerd.grpc.v1.cri"]',
      'sandbox_image',
      "[plugins.'io.containerd.cri.v1.images'.pinned_images]",
      'sandbox ',
      'pause_image',
      'crio.conf',
      '--pod-infra-container-image',
    ])
      expect(`${next} `.replace(/[，,。.] /g, ' ')).toContain(setting.trim());
  });

  it.each(languages)('%s: a mirror that wants a login is told with whose credentials count', (language) => {
    const wants = diagnosis('mirror-error', { needsLogin: true, host: 'harbor.example' });
    const { title, explanation, next } = causeTexts(language, wants, { image: 'nginx:1', host: '' });
    expect(title).toBe(causeTitle(language, 'mirror-error', true));
    expect(title).not.toBe(causeTitle(language, 'mirror-error'));
    expect(explanation).toContain('harbor.example');
    expect(next).toContain('harbor.example');
    expect(next).toContain('Pullthrough');
  });

  it.each(languages)('%s: read well without the name of the image', (language) => {
    for (const given of Object.values(diagnoses)) {
      const { explanation } = causeTexts(language, given, { image: '', host: '' });
      expect(explanation).toMatch(language === 'en' ? /^[A-Z].*\.$/ : /^\S.*。$/);
      expect(explanation).not.toMatch(
        / {2}|“|undefined| [。，]|该镜像 | 该镜像|名称该|镜像该|(?:image|name) the image/,
      );
    }
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
