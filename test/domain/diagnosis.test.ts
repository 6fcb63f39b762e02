import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../electron/domain/diagnosis/diagnosis';
import { diagnosisRules } from '../../electron/domain/diagnosis/diagnosisRules';
import { attemptsIn } from '../../electron/domain/diagnosis/kubeletMessage';
import { mirrorableMessages } from './mirrorableMessages';
import { otherMessages } from './otherMessages';
import { resolving } from './pullMessageShapes';
import { seenMessages } from './seenMessages';

const pullMessages = [...mirrorableMessages, ...otherMessages];

/** What makes careless patterns slow or careless code throw. */
const hostilePieces = [
  'a',
  'a/',
  '/',
  '"',
  '\\"',
  '[',
  ']',
  ': [',
  '] ',
  '(Mirrors also failed: [',
  ']): ',
  'image ',
  'image "',
  'status ',
  'HTTP 4',
  '; artifact err: ',
  'https://',
  'https://a/v2/',
  'lookup ',
  'dial tcp [',
  'Failed to pull image "',
  'pull access denied for ',
  ', rpc error: ',
  '?ns=a ',
  'code = constructor ',
  '\n',
  '\u{1F6AB}',
];

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

  it.each(seenMessages)('$cause, seen in $from', ({ message, cause, sandbox = false }) => {
    expect(diagnose({ message, reason: '', image: '' })).toMatchObject({ cause, sandbox });
  });

  it('the tables say what each of their rules is for, where that was seen, and mean it', () => {
    for (const rule of diagnosisRules) {
      expect(rule.shapes).not.toEqual([]);
      for (const { text, from } of rule.shapes) {
        const found = attemptsIn(text).map((attempt) => diagnosisRules.find(({ words }) => words.test(attempt.words)));
        expect([text, found]).toEqual([text, [rule]]);
        expect(from).toMatch(/^[\w.-]+\/[\w.-]+#\d+$|^[\w./-]+(?: [\w./-]+)*$/);
      }
    }
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

  it('knows the mirror that an image was moved to, whatever mirrors are in use', () => {
    const message = 'unauthorized: authentication required';
    const image = 'harbor.example/hub/library/nginx:1';
    expect(diagnose({ message, reason: '', image })).toMatchObject({ cause: 'unauthorized', needsLogin: false });
    expect(diagnose({ message, reason: '', image, mirrorHost: 'harbor.example' })).toMatchObject({
      cause: 'mirror-error',
      needsLogin: true,
      host: 'harbor.example',
    });
    expect(diagnose({ message, reason: '', image: 'nginx', mirrorHost: 'harbor.example' }).cause).toBe('unauthorized');
  });

  it('takes a refusal by a registry without secrets for one of the address', () => {
    const verdict = (image: string, words: string) => {
      const { cause, healable } = diagnose({ message: resolving(image, words), reason: '', image });
      return [cause, healable];
    };
    const forbidden =
      'unexpected status from HEAD request to https://eu-docker.pkg.dev/v2/x/manifests/1: 403 Forbidden';
    expect(verdict('registry.k8s.io/pause:3.9', forbidden)).toEqual(['unauthorized', 'offer']);
    expect(verdict('reg.example/pause:3.9', forbidden)).toEqual(['unauthorized', 'no']);
    expect(verdict('public.ecr.aws/a/b:1', 'denied: Your authorization token has expired.')).toEqual([
      'unauthorized',
      'no',
    ]);
  });

  it('advises pull secrets for a mirror in the name wherever the node pulls that from, and for no mirror of its own', () => {
    const asked = (host: string, query: string) =>
      `unexpected status from HEAD request to https://${host}/v2/docker.io/a/b/manifests/1${query}: 401 Unauthorized`;
    const diagnosed = (image: string, text: string) =>
      diagnose({ message: resolving(image, text), reason: '', image, mirrorHost: 'harbor.example' });
    const named = 'harbor.example/docker.io/a/b:1';
    const wanted = { cause: 'mirror-error', needsLogin: true };
    expect(diagnosed(named, asked('harbor.example', ''))).toMatchObject(wanted);
    expect(diagnosed(named, asked('10.0.0.7:5000', '?ns=harbor.example'))).toMatchObject(wanted);
    const own = asked('10.0.0.7:5000', '?ns=docker.io');
    expect(diagnosed('docker.io/a/b:1', own)).toMatchObject({ cause: 'mirror-error', needsLogin: false });
  });

  it('calls a registry of its owner’s own by its name, by whatever way the node asks it', () => {
    const cause = (image: string, answer: string) =>
      diagnose({
        message: resolving(image, `pulling from host 10.0.0.7:5000 failed with status code [manifests 1]: ${answer}`),
        reason: '',
        image,
      });
    const denied = '401 Unauthorized';
    expect(cause('registry.corp.example/team/app:1', denied)).toMatchObject({ cause: 'unauthorized', healable: 'no' });
    expect(cause('quay.io/team/app:1', denied)).toMatchObject({ cause: 'mirror-error', healable: 'yes' });
    expect(cause('registry.corp.example/team/app:1', '502 Bad Gateway')).toMatchObject({ cause: 'mirror-error' });
  });

  it('knows a mirror of the node by the path that was meant for Docker Hub', () => {
    const cause = (image: string, url: string) =>
      diagnose({ message: `Failed to pull image "${image}": Head "${url}": denied: no`, reason: '', image }).cause;
    const path = '/v2/library/nginx/manifests/1';
    expect(cause('nginx:1', `https://abc.mirror.example${path}`)).toBe('mirror-error');
    expect(cause('nginx:1', `https://registry-1.docker.io${path}`)).toBe('unauthorized');
    expect(cause('nginx:1', 'https://abc.mirror.example/v2/other/manifests/1')).toBe('unauthorized');
    expect(cause('cr.example/library/nginx:1', `https://ghcr.io${path}`)).toBe('unauthorized');
  });

  it.each([
    ['4', 'interrupted'],
    ['DeadlineExceeded', 'interrupted'],
    ['1', 'interrupted'],
    ['5', 'not-found'],
    ['NotFound', 'not-found'],
    ['2', 'unknown'],
  ])('goes by the gRPC code %s where there are no words', (code, cause) => {
    expect(diagnose({ message: `rpc error: code = ${code} desc = `, reason: '', image: '' }).cause).toBe(cause);
  });

  it.each<[string, string, string]>([
    ['context deadline exceeded', 'interrupted', 'no'],
    ['write /var/lib/x: no space left on device', 'disk-full', 'no'],
    ['layer not known: not found', 'unknown', 'no'],
    ['short-name "a" did not resolve to an alias', 'bad-reference', 'offer'],
  ])('asks no registry while it looks for the image on the node: %s', (last, cause, healable) => {
    const message = `Failed to inspect image "a": rpc error: code = Unknown desc = ${last}`;
    for (const reason of ['ImageInspectError', ''])
      expect(diagnose({ message, reason, image: 'a' })).toMatchObject({ cause, healable });
  });

  it('reads what was tried in turn, and the first of it that says something decides', () => {
    const cause = (message: string) => diagnose({ message, reason: '', image: '' }).cause;
    const pull = (last: string) =>
      `unable to pull image or OCI artifact: pull image err: ${last}; artifact err: ${last}`;
    const eof = pull('pinging container registry reg.example: Get "https://reg.example/v2/": EOF');
    const login = pull('reading manifest 1 in reg.example/a: unauthorized: access denied');
    expect(cause(`[${eof}, ${login}]`)).toBe('unreachable');
    expect(cause(`${pull('denied: no')} dial tcp: no such host`)).toBe('unauthorized');
    expect(cause(`[${login}, ${eof}]`)).toBe('unauthorized');
    expect(cause(`[rpc error: code = Unknown desc = something new, ${login}]`)).toBe('unauthorized');
    const mirrors = '(Mirrors also failed: [[::1]:5000/a:1: reading manifest 1 in [::1]:5000/a: manifest unknown])';
    expect(cause(`${mirrors}: reg.example/a:1: ${login}`)).toBe('unauthorized');
    expect(cause(`${mirrors}: reg.example/a:1: registry reg.example is blocked in /etc/x`)).toBe('not-found');
    expect(cause(mirrors)).toBe('not-found');
  });

  it('takes a pause image for the node’s own only where no pod asked for it', () => {
    const last = 'registry.k8s.io/pause:3.9: not found';
    const sandbox = (message: string, image: string, reason = '') => diagnose({ message, reason, image }).sandbox;
    const pods = resolving('registry.k8s.io/pause:3.9', last);
    const runtimes = 'failed to pull image "registry.k8s.io/pause:3.9": not found';
    expect(sandbox(pods, 'registry.k8s.io/pause:3.9')).toBe(false);
    expect(sandbox(pods, '')).toBe(false);
    expect(sandbox(pods, 'nginx')).toBe(true);
    expect(sandbox(runtimes, '')).toBe(true);
    expect(sandbox('failed to pull image "reg.example/app:1": not found', '')).toBe(false);
    expect(sandbox('Failed to pull image "acme/podsandbox:1": not found', 'acme/podsandbox:1')).toBe(false);
    expect(sandbox('dial tcp: i/o timeout', 'nginx', 'FailedCreatePodSandBox')).toBe(true);
    expect(sandbox('failed to "StartContainer" for "POD" with ErrImagePull: "no such host"', '')).toBe(true);
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

  it.each([
    'reading manifest 1 in reg.example/unauthorized/denied: something new',
    'reg.example/library/forbidden:not-found: something new',
    'unpacking /var/lib/x509/forbidden/y: something new',
    'no HTTP answer of [fd00::1]:403 yet',
    'image unauthorized:forbidden has something new',
  ])('does not take %s for what its names say', (message) => {
    expect(diagnose({ message, reason: '', image: '' }).cause).toBe('unknown');
  });

  it('reads a bounded part of a text, from its head and its end', () => {
    const words = (text: string) => attemptsIn(text).reduce((sum, { words: read }) => sum + read.length, 0);
    for (const piece of hostilePieces) {
      const text = piece.repeat(65_536 / piece.length);
      expect(words(text)).toBeLessThan(3 * 8192);
      expect(diagnose({ message: text, reason: '', image: text })).toEqual(
        diagnose({ message: text + piece.repeat(10), reason: '', image: text + piece }),
      );
    }
    const page = '<td>denied</td> '.repeat(4096);
    const head = 'Failed to pull image "quay.io/a/b:1": rpc error: code = Unknown desc = ';
    expect(diagnose({ message: `${head}${page}: no space left on device`, reason: '', image: '' }).cause).toBe(
      'disk-full',
    );
  });

  it('reads a text of backslashes as fast as any other', () => {
    const message = '\\'.repeat(8192);
    const start = performance.now();
    for (let i = 0; i < 100; i += 1) diagnose({ message, reason: '', image: 'nginx' });
    // well below; ten times the limit where each of them is tried as the first one
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('has an answer to every text', () => {
    const text = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 200 }).map((pieces) => pieces.join(''));
    const reason = fc.oneof(fc.constantFrom('', 'ErrImagePull', 'constructor', '__proto__', 'toString'), fc.string());
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), reason, fc.oneof(text, fc.string()), (message, why, image) => {
        const { cause, healable, host } = diagnose({ message, reason: why, image });
        expect([cause, healable, host].map((value) => typeof value)).toEqual(['string', 'string', 'string']);
      }),
    );
  });
});
