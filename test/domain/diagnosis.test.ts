import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../electron/domain/diagnosis';
import { diagnosisRules } from '../../electron/domain/diagnosisRules';
import { mirrorableMessages } from './mirrorableMessages';
import { otherMessages } from './otherMessages';

const pullMessages = [...mirrorableMessages, ...otherMessages];

describe('naming the cause of a failed pull', () => {
  it.each(pullMessages)(
    '$cause: $message',
    ({
      message,
      reason = '',
      image = '',
      cause,
      healable,
      host,
      ambiguous = false,
      sandbox = false,
      needsLogin = false,
    }) => {
      expect(diagnose({ message, reason, image })).toEqual({ cause, healable, ambiguous, host, sandbox, needsLogin });
    },
  );

  it('the table says what each of its rules is for, and means it', () => {
    for (const rule of diagnosisRules)
      for (const shape of rule.shapes)
        expect([shape, diagnosisRules.find(({ words }) => words.test(shape))]).toEqual([shape, rule]);
  });

  it('has an example of every cause that its rules can name', () => {
    expect(new Set(pullMessages.map(({ cause }) => cause))).toEqual(new Set(diagnosisRules.map(({ cause }) => cause)));
  });

  it('takes the same words as a mirror’s refusal only where a mirror was asked', () => {
    const message = 'received unexpected HTTP status: 502 Bad Gateway';
    const mirrors = [{ name: 'own', match: 'docker.io', template: 'harbor.example/hub/{path}' }];
    const cause = (image: string) => diagnose({ message, reason: '', image, mirrors }).cause;
    expect(cause('harbor.example/hub/library/nginx:1')).toBe('mirror-error');
    expect(cause('harbor2.example/hub/library/nginx:1')).toBe('unknown');
  });

  it('never lets the name of an image or a piece of an address decide', () => {
    const words = ['unauthorized', 'not-found', 'toomanyrequests', 'x509', 'denied', 'i', 'signature', 'dial', '429'];
    const name = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(name, fc.constantFrom(...words), (path, tag) => {
        const image = `reg.example/${path}:${tag}`;
        const message = `Failed to pull image "${image}": rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": unexpected status from HEAD request to https://reg.example/v2/${path}/manifests/${tag}?x=${tag}: 500 Internal Server Error`;
        expect(diagnose({ message, reason: 'ErrImagePull', image })).toMatchObject({
          cause: 'unknown',
          host: 'reg.example',
        });
      }),
    );
  });

  it('answers every text, soon', () => {
    const word = fc.constantFrom(
      '"',
      '[',
      '(Mirrors also failed: [',
      ']',
      ': ',
      'image ',
      '/',
      'a/',
      'https://',
      'x',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 200 }), fc.string(), (parts, image) => {
        expect(diagnose({ message: parts.join(''), reason: 'ErrImagePull', image }).healable).toBeTypeOf('string');
      }),
    );
    const started = performance.now();
    for (const piece of ['a', 'a/', '"', 'image ', 'status ', '[', 'https://'])
      diagnose({ message: piece.repeat(200_000), reason: '', image: '' });
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
