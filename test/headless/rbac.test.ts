import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rightsWords } from '../../electron/domain/words/rights';
import { CommandFolder } from './commandProcess';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => {
  folder.remove();
});

const rbac = (...args: string[]) => folder.run(['rbac', ...args]);

async function objects(...args: string[]) {
  const { code, out, err } = await rbac(...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return parseAllDocuments(out).map((document) => document.toJS() as Record<string, unknown>);
}

it('prints the cluster role of a mode and its binding', async () => {
  expect(await objects('--mode', 'heal', '--user', 'jane')).toMatchObject([
    {
      kind: 'ClusterRole',
      metadata: { name: 'pullthrough-jane' },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['events'], verbs: ['list'] },
        { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['patch'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete'] },
      ],
    },
    {
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'pullthrough-jane' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
    },
  ]);
});

it('prints roles where namespaces are named, and the places of what is asked for with it', async () => {
  const printed = await objects(
    ...['--mode', 'retag', '-n', 'shop', '-n', 'shop', '--retag-namespace', 'jobs', '--fledged-namespace', 'cache'],
    ...['--with', 'fledged', '--group', 'devs', '--service-account', 'ci:bot'],
  );
  expect(printed.map(({ kind, metadata }) => [kind, (metadata as { namespace?: string }).namespace])).toEqual([
    ['ClusterRole', undefined],
    ['ClusterRoleBinding', undefined],
    ['Role', 'shop'],
    ['RoleBinding', 'shop'],
    ['Role', 'jobs'],
    ['RoleBinding', 'jobs'],
    ['Role', 'cache'],
    ['RoleBinding', 'cache'],
  ]);
  expect(printed[1]).toMatchObject({
    subjects: [
      { kind: 'Group', name: 'devs' },
      { kind: 'ServiceAccount', namespace: 'ci', name: 'bot' },
    ],
  });
});

it.each(['en', 'zh'] as const)('says before each rule what it is for, in %s', async (language) => {
  const { out } = await rbac('--mode', 'watch', '--user', 'jane', '--lang', language);
  const { purposes } = rightsWords[language];
  const comments = out.split('\n').flatMap((line) => /^ {2}# (.*)$/.exec(line)?.[1] ?? []);
  expect(comments).toEqual([purposes['see-pods'], purposes['read-events'], purposes['read-opt-out']]);
});

it('says what holds where only some namespaces are named', async () => {
  const { out } = await rbac('--mode', 'watch', '--user', 'jane', '-n', 'shop', '-n', 'web');
  expect(out).toMatch(/^# Only in shop, web: /);
});

it.each<[string, string[], RegExp]>([
  ['no mode', ['--user', 'jane'], /Which mode/],
  ['a mode that is none', ['--mode', 'all', '--user', 'jane'], /not "all"/],
  ['nobody', ['--mode', 'heal'], /For whom/],
  ['an empty name', ['--mode', 'heal', '--user', ' '], /--user names nobody/],
  ['an account that is none', ['--mode', 'heal', '--service-account', 'ci/bot'], /NAMESPACE:NAME/],
  ['a namespace that is none', ['--mode', 'heal', '--user', 'jane', '-n', 'Shop'], /--namespace Shop/],
  ['a feature that is none', ['--mode', 'heal', '--user', 'jane', '--with', 'all'], /not "all"/],
  ['a word', ['heal'], /"heal" is no flag/],
])('refuses %s in one sentence, exit 2', async (_what, args, sentence) => {
  const { code, out, err } = await rbac(...args);
  expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
  expect(err).toMatch(sentence);
});
