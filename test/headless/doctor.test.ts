import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Examination, Fix } from '../../electron/domain/doctor/examination';
import type { FixReport } from '../../electron/engine/doctor/doctor';
import { DoctorCluster } from '../engine/doctorCluster';
import { CommandFolder } from './commandProcess';

let folder: CommandFolder;
let cluster: DoctorCluster;
beforeAll(async () => {
  folder = new CommandFolder();
  cluster = await DoctorCluster.start({ viewer: [{ verbs: ['list', 'watch'], groups: [''], resources: ['pods'] }] });
});
afterAll(async () => {
  await cluster.simulation.stop();
  folder.remove();
});

const doctor = (args: readonly string[] = [], user = 'app') => {
  const kubeconfig = folder.write(`${user}.config`, cluster.simulation.kubeconfigFor(user));
  return folder.run(['doctor', '--kubeconfig', kubeconfig, '--mirror', 'first.example', ...args]);
};
const namespace = '/api/v1/namespaces/kube-fledged';
const isThere = async () => (await cluster.read(namespace)).kind === 'Namespace';

describe('pullthrough doctor', () => {
  it('tells people what it finds, one line each, with what can be done', async () => {
    const { code, out, err } = await doctor();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [heading, ...lines] = out.trimEnd().split('\n');
    expect(heading).toMatch(/^app \(127\.0\.0\.1:\d+\): 1 warning$/);
    expect(lines).toContain('  ok       The API server is v1.35.4.');
    const at = lines.findIndex((line) => line.startsWith('  warning  kube-fledged is not installed'));
    expect(lines[at + 1]).toBe(
      '           fix: Install kube-fledged 0.10 to the namespace kube-fledged, with its images through first.example. (--fix install)',
    );
    const chinese = await doctor(['--lang', 'zh']);
    expect(chinese.out).toMatch(/^app（127\.0\.0\.1:\d+）：1 项警告\n {2}正常 {2}API 服务器的版本是 v1\.35\.4。\n/);
  });

  it('tells once what somebody with more rights can do about those that are missing', async () => {
    const { code, out } = await doctor([], 'viewer');
    expect(code).toBe(1);
    const tries = out.split('\n').filter((line) => line.includes('try:'));
    expect(tries).toEqual([
      '           try: pullthrough rbac --mode heal --with doctor --user NAME | kubectl apply -f -',
    ]);
    // the roles that it prints are those that are missing
    const [, ...args] = (/try: pullthrough (.*) \|/.exec(tries[0] ?? '')?.[1] ?? '').split(' ');
    expect(await folder.run(['rbac', ...args])).toMatchObject({ code: 0, err: '' });
    expect((await doctor(['--lang', 'zh'], 'viewer')).out).toContain('\n        可运行：pullthrough rbac ');
  });

  it('gives scripts one object, and ends with 1 where something is broken', async () => {
    const { code, out } = await doctor(['--json'], 'viewer');
    expect(code).toBe(1);
    const { context, at, findings } = JSON.parse(out) as Examination & { context: string };
    expect({ context, isRecent: Date.now() - at < 60_000 }).toEqual({ context: 'viewer', isRecent: true });
    expect(findings.find(({ id }) => id === 'rights-heal')).toMatchObject({ level: 'broken', fix: null });
    const silent = folder.write(
      'silent.config',
      cluster.simulation.kubeconfigFor('app').replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'),
    );
    const unreachable = await folder.run(['doctor', '--kubeconfig', silent]);
    expect(unreachable.code).toBe(1);
    expect(unreachable.out).toMatch(/1 broken\n {2}broken {3}The API server does not answer: /);
  });

  it('shows what a fix writes, and writes it only with --yes', async () => {
    const shown = await doctor(['--fix', 'install']);
    expect(shown).toMatchObject({ code: 2, err: 'Nothing was written; add --yes to write exactly this.\n' });
    expect(shown.out).toMatch(/^# create Namespace kube-fledged\napiVersion: v1\n/);
    expect(parseAllDocuments(shown.out)).toHaveLength(12);
    const data = await doctor(['--fix', 'install', '--json']);
    expect(data.code).toBe(2);
    expect((JSON.parse(data.out) as { fix: Fix }).fix.writes).toHaveLength(12);
    const printed = await doctor(['--fix', 'install', '--print']);
    expect(printed).toMatchObject({ code: 0, err: '' });
    const kinds = parseAllDocuments(printed.out).map((document) => (document.toJS() as { kind: string }).kind);
    expect(kinds).toHaveLength(12);
    expect(await isThere()).toBe(false);

    const written = await doctor(['--fix', 'install', '--yes']);
    expect(written).toMatchObject({ code: 0, err: '' });
    expect(written.out).toContain('\nwritten        Deployment kube-fledged/kubefledged-controller\n');
    expect(written.out).toMatch(/\nDone: 12 objects written\.\n$/);
    expect(await isThere()).toBe(true);
    const again = await doctor(['--fix', 'install', '--yes', '--json']);
    // what the findings say instead stands before it
    expect(again.err).toMatch(/(^|\n)No finding asks for the fix install\.\n$/);
  });

  it('ends with 1 where a fix is refused, and tells which object it was', async () => {
    const empty = await DoctorCluster.start({ reader: [{ verbs: ['get', 'list'], groups: ['*'], resources: ['*'] }] });
    try {
      const kubeconfig = folder.write('reader.config', empty.simulation.kubeconfigFor('reader'));
      const args = ['doctor', '--kubeconfig', kubeconfig, '--fix', 'install', '--yes', '--json'];
      const { code, out } = await folder.run(args);
      expect(code).toBe(1);
      const report = JSON.parse(out) as FixReport;
      expect(report.sentence).toMatch(
        /^Stopped at Namespace kube-fledged: this user may not create namespaces; nothing was/,
      );
      expect(report.writes.slice(1).every(({ went }) => went === 'not-tried')).toBe(true);
    } finally {
      await empty.simulation.stop();
    }
  });

  it('prints the installation without a cluster, for the namespace and the mirror that are asked for', async () => {
    const { code, out } = await folder.run([
      ...['doctor', '--fix', 'install', '--print'],
      ...['--fledged-namespace', 'images', '--mirror', 'second.example'],
    ]);
    expect(code).toBe(0);
    expect(out).toContain('image: second.example/docker.io/senthilrch/kubefledged-controller:v0.10.0');
    expect(out).not.toMatch(/namespace: (?!images$)/m);
  });

  it.each([
    [
      ['--fix', 'everything'],
      'There is no fix "everything"; there are: install, scale, restart, rescue, helpers, release, clean.',
    ],
    [['--yes'], '--yes needs --fix.'],
    [['--fix', 'install', '--print', '--yes'], '--print writes nothing, so it does not go with --yes.'],
    [['--fix', 'install', '--print', '--json'], '--print answers in YAML, so it does not go with --json.'],
    [['--context', 'other'], 'There is no context "other"; there are: app.'],
    [['web'], '"web" is no flag. See pullthrough doctor --help.'],
  ])('refuses %j', async (args, sentence) => {
    expect(await doctor(args)).toMatchObject({ code: 2, out: '', err: `${sentence}\n` });
  });
});
