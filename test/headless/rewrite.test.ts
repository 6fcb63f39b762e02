import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../setup/eventually';
import { command, CommandFolder, jsonLines } from './commandProcess';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => {
  folder.remove();
});

const rewrite = (args: readonly string[], input = '') => folder.run(['rewrite', ...args], input);

describe('references as arguments', () => {
  it('are answered in their order, through the default mirror or with the reason why not', async () => {
    const { code, out, err } = await rewrite(['nginx', 'localhost:5000/app', 'quay.io/a/b:1']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').slice(0, 2)).toEqual([
      '{"original":"nginx","proxied":"m.daocloud.io/docker.io/library/nginx","rule":"m.daocloud.io"}',
      '{"original":"localhost:5000/app","refused":"local","why":"localhost:5000 is the node itself, which no mirror can reach."}',
    ]);
    expect(jsonLines(out)[2]).toEqual({
      original: 'quay.io/a/b:1',
      proxied: 'm.daocloud.io/quay.io/a/b:1',
      rule: 'm.daocloud.io',
    });
  });

  it('are taken as they are: an empty one and one with a blank are no references', async () => {
    const { out } = await rewrite(['', ' nginx']);
    expect(jsonLines(out)).toMatchObject([
      { original: '', refused: 'invalid' },
      { original: ' nginx', refused: 'invalid' },
    ]);
  });

  it('are refused in Chinese where that is asked for', async () => {
    const { out } = await rewrite(['--lang', 'zh', '10.0.0.1/app']);
    expect(jsonLines(out)).toEqual([
      { original: '10.0.0.1/app', refused: 'ip-host', why: expect.stringMatching(/[一-鿿]/) as string },
    ]);
  });
});

describe('references from the input', () => {
  it('come one a line, with line ends of any kind, blanks and a byte order mark', async () => {
    const { code, out } = await rewrite([], '\ufeffnginx\r\n\n \t\n  redis:7 \r\nghcr.io/a/b');
    expect(code).toBe(0);
    expect(jsonLines(out).map((line) => (line as { original: string }).original)).toEqual([
      'nginx',
      'redis:7',
      'ghcr.io/a/b',
    ]);
  });

  it('may be none', async () => {
    expect(await rewrite([], '\n\n')).toEqual({ code: 0, out: '', err: '' });
  });

  it('are not read where some are given', async () => {
    expect(jsonLines((await rewrite(['nginx'], 'redis')).out)).toHaveLength(1);
  });

  it('keep characters whole that arrive in two pieces', async () => {
    const child = spawn(process.execPath, [command, 'rewrite'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const bytes = Buffer.from('nginx\n镜像\n');
    child.stdin.write(bytes.subarray(0, 8));
    // the answer to the first line shows that this piece has been read
    await once(child.stdout, 'data');
    child.stdin.end(bytes.subarray(8));
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    expect(JSON.parse(chunk.toString())).toMatchObject({ original: '镜像', refused: 'invalid' });
  });

  it('are answered as they arrive, not at the end', async () => {
    const child = spawn(process.execPath, [command, 'rewrite'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.write('nginx\n');
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    expect(JSON.parse(chunk.toString())).toMatchObject({ original: 'nginx' });
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
  });

  it('of a line that is longer than makes sense are an error for that line, the rest is done', async () => {
    const { code, out } = await rewrite([], `nginx\n${'a'.repeat(2_000_000)}\nredis\n`);
    expect(code).toBe(1);
    expect(jsonLines(out)).toMatchObject([
      { original: 'nginx' },
      { error: 'longer than 1500000 characters', line: 2 },
      { original: 'redis' },
    ]);
  });
});

describe('the output', () => {
  it('may be closed early: it ends quietly, and reads no further', async () => {
    // `seq` gets its own SIGPIPE; what counts is how the command ends
    const { out, err } = await folder.shell(
      'seq 1000000 | sed s/^/nginx:1./ | { $PULLTHROUGH rewrite; echo "code $?" >&2; } | head -n 2',
    );
    expect(jsonLines(out)).toMatchObject([{ original: 'nginx:1.1' }, { original: 'nginx:1.2' }]);
    expect(err).toBe('code 0\n');
  });

  it('is whole for a slow reader', async () => {
    const child = spawn(process.execPath, [command, 'rewrite'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child.stdin.end('nginx\n'.repeat(20_000));
    // nothing is taken before what is between the two is full
    await eventually(() => child.stdout.readableLength >= child.stdout.readableHighWaterMark);
    let lines = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) lines += chunk.toString().split('\n').length - 1;
    expect(lines).toBe(20_000);
  });

  it('that cannot be written is told', async () => {
    const { code, err } = await folder.shell('$PULLTHROUGH rewrite nginx > /dev/full');
    expect(code).toBe(1);
    expect(err).toMatch(/^The output cannot be written: .*ENOSPC.*\n$/);
  });

  it('is never held in memory, nor is the input', async () => {
    const { out, err } = await folder.shell(
      'seq 300000 | sed s/^/nginx:1./ | NODE_OPTIONS=--max-old-space-size=24 $PULLTHROUGH rewrite | tail -n 1',
    );
    expect(err).toBe('');
    expect(jsonLines(out)).toMatchObject([{ original: 'nginx:1.300000' }]);
  });
});

describe('mirrors', () => {
  const own = JSON.stringify([{ name: 'own', match: 'docker.io', template: 'own.example/{path}' }]);

  it('are tried in the order of the flags, of whatever kind they are', async () => {
    const file = folder.write('rules.json', own);
    const rule = async (...flags: string[]) => jsonLines((await rewrite([...flags, 'nginx'])).out)[0];
    expect(await rule('--rules', file, '--mirror', 'a.example')).toMatchObject({ rule: 'own' });
    expect(await rule('--mirror', 'a.example', '--rules', file)).toMatchObject({ rule: 'a.example' });
    expect(await rule('--kind', 'daocloud-hosts', '--mirror', 'a.example')).toMatchObject({
      proxied: 'docker.m.daocloud.io/library/nginx',
    });
    expect(await rule('--mirror', 'a.example', '--kind', 'daocloud-hosts')).toMatchObject({ rule: 'a.example' });
  });

  it('may be none, where a file holds none', async () => {
    const { out } = await rewrite(['--rules', folder.write('none.json', '{"rules":[]}'), 'nginx']);
    expect(jsonLines(out)).toMatchObject([{ original: 'nginx', refused: 'no-rule' }]);
  });

  it('leave out what never goes through one, and what DaoCloud does not serve', async () => {
    const allows = folder.write('allows.txt', 'docker.io/library/nginx\nghcr.io/**\n');
    const { out } = await rewrite(
      ['--no-proxy', ' quay.io , ghcr.io/acme/*', '--allow-list', allows],
      'quay.io/a/b\nghcr.io/acme/x\nghcr.io/other/x\nnginx\nredis\n',
    );
    expect(jsonLines(out)).toMatchObject([
      { refused: 'excluded' },
      { refused: 'excluded' },
      { proxied: 'm.daocloud.io/ghcr.io/other/x' },
      { proxied: 'm.daocloud.io/docker.io/library/nginx' },
      { refused: 'not-on-allow-list' },
    ]);
  });

  it.each<[string, () => string[], RegExp]>([
    [
      'rules with a wrong field',
      () => ['--rules', folder.write('r.json', '[{"name":"a","match":"*","template":"x.example/{host}/{nope}"}]')],
      /r\.json: 0\.template: /,
    ],
    [
      'rules that lack a field',
      () => ['--rules', folder.write('r.json', '{"rules":[{"name":"a","match":"*"}]}')],
      /r\.json: rules\.0\.template: /,
    ],
    ['rules that are no JSON', () => ['--rules', folder.write('r.json', '{"rules":')], /r\.json: /],
    ['rules that are not there', () => ['--rules', 'nowhere.json'], /nowhere\.json cannot be read/],
    ['a kind that is none', () => ['--kind', 'docker'], /no kind "docker"; there are: prefix, daocloud-hosts/],
    ['a kind with fields', () => ['--kind', 'harbor'], /pullthrough rules --kind harbor.* --rules FILE/],
    ['an allow list that is not there', () => ['--allow-list', 'nowhere.txt'], /nowhere\.txt does not exist/],
    ['a language that is none', () => ['--lang', 'de'], /en or zh, not "de"/],
    ['a flag without its value', () => ['--mirror'], /--mirror/],
  ])('are refused in one sentence, exit 2: %s', async (_what, args, sentence) => {
    const { code, out, err } = await rewrite(args(), 'nginx');
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(sentence);
  });
});
