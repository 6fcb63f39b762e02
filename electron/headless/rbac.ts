import { Document, isMap, isSeq } from 'yaml';
import { grantsFor, type Grant, type RbacSubject } from '../domain/rights/rbacManifests';
import { rightsFeatures, rightsModes, type RightsFeature, type RightsWanted } from '../domain/rights/rights';
import { defaultSettings } from '../domain/settings';
import type { Language } from '../domain/words/language';
import { rightsWords } from '../domain/words/rights';
import { languageOf, listed, namespaceName, namespaceOf, readArguments, refuseWords } from './commandLine';
import { UsageError, type Command } from './surroundings';

/** What Kubernetes takes for the name of a namespace (RFC 1123 label), and of a service account (subdomain). */
const accountName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const home = 'kube-fledged';

export const rbacCommand: Command = {
  usage: () => `Usage: pullthrough rbac --mode watch|heal|retag --user NAME [OPTION]...

Prints the roles and bindings that a mode needs, and nothing beyond, for an administrator: pullthrough rbac ... |
kubectl apply -f -. Asks no cluster.

What for
  --mode watch|heal|retag    each includes the one before it
  --with FEATURE...          and what these need
${rightsFeatures.map((feature) => `      ${feature.padEnd(23)}${rightsWords.en.features[feature]}`).join('\n')}
For whom
  --user NAME...             as the API server knows the account: kubectl auth whoami
  --group NAME...
  --service-account NS:NAME...
Where
  -n, --namespace NS...      Roles in these namespaces instead of a ClusterRole
  --fledged-namespace NS     of kube-fledged; ${home} when absent
  --retag-namespace NS       of the Jobs that give images their names; ${defaultSettings.retagNamespace} when absent
Answer
  --lang en|zh               of the comments
`,
  async perform(args, { output }) {
    const { values, positionals } = readArguments('rbac', args, {
      mode: { type: 'string' },
      with: { type: 'string', multiple: true },
      user: { type: 'string', multiple: true },
      group: { type: 'string', multiple: true },
      'service-account': { type: 'string', multiple: true },
      namespace: { type: 'string', multiple: true, short: 'n' },
      'fledged-namespace': { type: 'string' },
      'retag-namespace': { type: 'string' },
      lang: { type: 'string' },
    });
    refuseWords('rbac', positionals);
    const language = languageOf(values.lang);
    const mode = rightsModes.find((known) => known === values.mode);
    if (!mode)
      throw new UsageError(
        values.mode === undefined
          ? `Which mode? Name it with --mode ${rightsModes.join('|')}.`
          : `--mode is watch, heal or retag, not "${values.mode}".`,
      );
    const subjects = subjectsOf(values.user, values.group, values['service-account']);
    if (subjects.length === 0)
      throw new UsageError('For whom? Name an account with --user, --group or --service-account.');
    const wanted: RightsWanted = {
      mode,
      features: listed(values.with).map(featureOf),
      namespaces: [...new Set((values.namespace ?? []).map((name) => namespaceOf('--namespace', name)))],
      fledgedNamespace: namespaceOf('--fledged-namespace', values['fledged-namespace'] ?? home),
      retagNamespace: namespaceOf('--retag-namespace', values['retag-namespace'] ?? defaultSettings.retagNamespace),
    };
    await output.write(rbacText(grantsFor(wanted, subjects), wanted, language));
    return 0;
  },
};

/** YAML, with what each rule is for as a comment before it. */
function rbacText(grants: readonly Grant[], { namespaces }: RightsWanted, language: Language): string {
  const { purposes: sentences, onlyIn } = rightsWords[language];
  const documents = grants.flatMap(({ role, purposes, binding }) => {
    const document = new Document(role);
    purposes.forEach(({ purpose }, index) => {
      const rule = document.getIn(['rules', index], true);
      if (!isMap(rule)) return;
      rule.commentBefore = ` ${sentences[purpose]}`;
      for (const { value } of rule.items) if (isSeq(value)) value.flow = true;
    });
    return [document, new Document(binding)];
  });
  const head = namespaces.length > 0 ? `# ${onlyIn(namespaces)}\n` : '';
  return head + documents.map((document) => document.toString({ lineWidth: 0 })).join('---\n');
}

function subjectsOf(
  users: readonly string[] = [],
  groups: readonly string[] = [],
  accounts: readonly string[] = [],
): readonly RbacSubject[] {
  return [
    ...users.map((name) => ({ kind: 'User', name: named('--user', name) }) as const),
    ...groups.map((name) => ({ kind: 'Group', name: named('--group', name) }) as const),
    ...accounts.map((text) => {
      const [namespace = '', name = '', ...rest] = text.split(':');
      if (!namespaceName.test(namespace) || !accountName.test(name) || rest.length > 0)
        throw new UsageError(`--service-account ${text}: name it as NAMESPACE:NAME.`);
      return { kind: 'ServiceAccount', namespace, name } as const;
    }),
  ];
}

function named(flag: string, name: string): string {
  if (name.trim() === '') throw new UsageError(`${flag} names nobody.`);
  return name;
}

function featureOf(text: string): RightsFeature {
  const feature = rightsFeatures.find((known) => known === text);
  if (!feature) throw new UsageError(`--with is one of ${rightsFeatures.join(', ')}, not "${text}".`);
  return feature;
}
