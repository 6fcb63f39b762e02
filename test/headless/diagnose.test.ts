import { afterEach, beforeEach, expect, it } from 'vitest';
import { CommandFolder, jsonLines } from './commandProcess';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => {
  folder.remove();
});

const diagnose = (args: readonly string[], ...reports: readonly unknown[]) =>
  folder.run(['diagnose', ...args], reports.map((report) => `${JSON.stringify(report)}\n`).join(''));

const timeout =
  'failed to pull and unpack image "docker.io/library/nginx:1.25": failed to resolve reference ' +
  '"docker.io/library/nginx:1.25": failed to do request: Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.25": ' +
  'dial tcp 203.0.113.9:443: i/o timeout';

it('answers each message with its cause and what a person is told, the five main fields first', async () => {
  const { code, out, err } = await diagnose([], { message: timeout, image: 'nginx:1.25', reason: 'ErrImagePull' });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [answer] = jsonLines(out) as Record<string, unknown>[];
  expect(Object.keys(answer ?? {}).slice(0, 5)).toEqual(['cause', 'healable', 'title', 'explanation', 'next']);
  expect(answer).toMatchObject({
    cause: 'unreachable',
    healable: 'yes',
    explanation: expect.stringContaining('nginx:1.25') as string,
    mirror: expect.stringMatching(/\w/) as string,
    host: 'registry-1.docker.io',
    ambiguous: false,
    sandbox: false,
    needsLogin: false,
  });
});

it('leaves out the host where the text names none', async () => {
  const { out } = await diagnose([], { message: '', reason: 'ErrImageNeverPull', image: 'nginx' });
  expect(jsonLines(out)).toMatchObject([{ cause: 'never-policy', healable: 'no' }]);
  expect(out).not.toContain('"host"');
});

it('names the image that the text quotes where none is given, and none where none is known', async () => {
  const message = `Failed to pull image "nginx:1.25": ${timeout}`;
  const { out } = await diagnose([], { message }, { message: 'x' }, { message, image: '' });
  const [quoted, unknown, empty] = jsonLines(out) as { cause: string; explanation: string }[];
  expect(quoted?.explanation).toContain('nginx:1.25');
  expect(empty).toEqual(quoted);
  expect(unknown?.cause).toBe('unknown');
  expect(unknown?.explanation).toMatch(/\b[Tt]he image /);
  expect(unknown?.explanation).toMatch(/^[A-Z]/);
});

it('speaks Chinese where that is asked for', async () => {
  const { out } = await diagnose(['--lang', 'zh'], { message: timeout, image: 'nginx:1.25' }, { message: timeout });
  for (const answer of jsonLines(out) as Record<string, string>[])
    for (const field of ['title', 'explanation', 'next', 'mirror']) expect(answer[field]).toMatch(/[一-鿿]/);
});

it('tells what a mirror refuses from what a registry refuses', async () => {
  const message =
    'failed to pull and unpack image "mirror.example/docker.io/library/nginx:1": failed to resolve reference ' +
    '"mirror.example/docker.io/library/nginx:1": unexpected status from HEAD request to ' +
    'https://mirror.example/v2/docker.io/library/nginx/manifests/1: 403 Forbidden';
  const image = 'mirror.example/team/nginx:1';
  const causeWith = async (...args: string[]) =>
    (
      jsonLines((await diagnose(args, { message: message.replaceAll('docker.io/library', 'team'), image })).out)[0] as {
        cause: string;
      }
    ).cause;
  expect(await causeWith('--mirror', 'mirror.example')).toBe('mirror-error');
  expect(await causeWith()).not.toBe('mirror-error');
});

it('answers a bad line with its number, does the rest, and ends with 1', async () => {
  const lines = [
    '{"message":"x"}',
    '',
    '{bad',
    '[]',
    '{"image":"x"}',
    '{"message":1}',
    '{"message":"y","image":null,"pod":"z"}',
  ];
  const { code, out, err } = await folder.run(['diagnose'], lines.join('\r\n'));
  expect(code).toBe(1);
  expect(jsonLines(out)).toEqual([
    expect.objectContaining({ cause: 'unknown' }),
    { error: expect.stringMatching(/^no JSON: /) as string, line: 3 },
    { error: expect.stringMatching(/object/) as string, line: 4 },
    { error: expect.stringMatching(/^message: /) as string, line: 5 },
    { error: expect.stringMatching(/^message: /) as string, line: 6 },
    expect.objectContaining({ cause: 'unknown' }),
  ]);
  expect(err).toBe('4 lines could not be read.\n');
});

it('ends quietly where nobody reads on', async () => {
  folder.write('reports', `${JSON.stringify({ message: timeout })}\n`.repeat(20_000));
  const { out, err } = await folder.shell('{ $PULLTHROUGH diagnose < reports; echo "code $?" >&2; } | head -n 1');
  expect(jsonLines(out)).toHaveLength(1);
  expect(err).toBe('code 0\n');
});

it('takes nothing but flags', async () => {
  const { code, out, err } = await folder.run(['diagnose', 'message.json']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/"message\.json" is no flag/);
});
