import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import type { ContextReading } from '../../electron/engine/ports';
import { kubeconfigFiles, kubeconfigSource, readKubeconfigs } from '../../electron/kube/kubeconfig';
import { eventually } from '../setup/eventually';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-kubeconfig-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const config = (name: string, server = `https://${name}.example:6443`, current = name) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: `${name}-token` } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'shop' } }],
  });
const read = (...files: string[]) => readKubeconfigs(files, machineClock, () => 0.5);
const names = ({ contexts }: ContextReading) => contexts.map(({ name }) => name);

describe('which files are read', () => {
  const places = { explicit: [], environment: undefined, home: '/home/me' };
  it.each([
    ['the one in the home folder', places, ['/home/me/.kube/config']],
    ['KUBECONFIG, several files', { ...places, environment: `/a${path.delimiter}${path.delimiter}/b` }, ['/a', '/b']],
    ['only the ones given', { ...places, environment: '/a', explicit: ['/c'] }, ['/c']],
  ])('%s', (_what, given, files) => {
    expect(kubeconfigFiles(given, [])).toEqual(files);
  });

  it('further ones from the settings come last, once', () => {
    expect(kubeconfigFiles(places, ['/d', '/home/me/.kube/config'])).toEqual(['/home/me/.kube/config', '/d']);
  });
});

describe('reading', () => {
  it('merges files; the first entry of a name wins, and so does the first current-context', () => {
    const one = write('one', config('prod'));
    const two = write('two', config('prod', 'https://other.example'));
    const reading = read(one, two, write('three', config('dev')));
    expect(reading.contexts.map(({ name, server, namespace }) => [name, server, namespace])).toEqual([
      ['prod', 'prod.example:6443', 'shop'],
      ['dev', 'dev.example:6443', 'shop'],
    ]);
    expect(reading.current).toBe('prod');
  });

  it('skips missing and empty files, and reports a broken one without losing the rest', () => {
    const broken = write('broken', 'clusters: [}');
    const reading = read(path.join(folder, 'nowhere'), write('empty', '\n'), broken, write('fine', config('dev')));
    expect(names(reading)).toEqual(['dev']);
    expect(reading.broken.map(({ path: file }) => file)).toEqual([broken]);
    expect(reading.broken[0]?.detail).not.toBe('');
  });

  it('reports a context whose cluster is not known', () => {
    const text = JSON.stringify({ contexts: [{ name: 'lost', context: { cluster: 'gone', user: 'me' } }] });
    expect(read(write('one', text)).broken[0]?.detail).toContain('"lost"');
  });

  it.each(['127.0.0.1:6443', 'localhost:8080', 'https://', 'ftp://files.example'])(
    'reports a server that is no address, %s, without losing the rest',
    (server) => {
      const reading = read(write('one', config('odd', server)), write('two', config('dev')));
      expect(names(reading)).toEqual(['dev']);
      expect(reading.broken[0]?.detail).toContain('"odd"');
    },
  );

  it('has another fingerprint when the cluster or the user changes, and the same when nothing does', () => {
    const [before] = read(write('one', config('prod'))).contexts;
    const [same] = read(write('one', config('prod'))).contexts;
    const [moved] = read(write('one', config('prod', 'https://new.example'))).contexts;
    expect(same?.fingerprint).toBe(before?.fingerprint);
    expect(moved?.fingerprint).not.toBe(before?.fingerprint);
  });
});

describe('following', () => {
  it('tells of an atomic replacement, and of nothing when nothing changed', async () => {
    const file = write('config', config('prod'));
    const readings: ContextReading[] = [];
    const source = kubeconfigSource(
      { explicit: [file], environment: undefined, home: folder },
      machineClock,
      () => 0.5,
    );
    const stop = source.follow([], (reading) => readings.push(reading));
    expect(readings.map(names)).toEqual([['prod']]);
    write('config', config('prod'));
    write('config.new', config('dev'));
    renameSync(path.join(folder, 'config.new'), file);
    await eventually(() => readings.length === 2);
    expect(readings.map(names)).toEqual([['prod'], ['dev']]);
    stop();
  });

  it('waits for a folder that is not there yet', async () => {
    const missing = path.join(folder, 'later', 'kube', 'config');
    const readings: ContextReading[] = [];
    const places = { explicit: [missing], environment: undefined, home: folder };
    const stop = kubeconfigSource(places, machineClock, () => 0.5).follow([], (reading) => readings.push(reading));
    expect(readings).toMatchObject([{ contexts: [], broken: [] }]);
    mkdirSync(path.dirname(missing), { recursive: true });
    writeFileSync(missing, config('dev'));
    await eventually(() => readings.length === 2);
    expect(readings.map(names)).toEqual([[], ['dev']]);
    stop();
  });
});
