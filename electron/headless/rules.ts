import { mirrorKinds, type MirrorFieldName } from '../domain/mirrors/mirrorKinds';
import { rulesFileSchema, writeRulesFile } from '../domain/mirrors/mirrorRulesFile';
import { mirrorKindWords } from '../domain/words/mirrorKinds';
import { readArguments, refuseWords } from './commandLine';
import { mirrorsOf, ruleOptions, type KindFields } from './mirrorOptions';
import type { Command } from './surroundings';

/** Every field that some kind of mirror has, once. */
const fieldNames: readonly MirrorFieldName[] = [
  ...new Set(mirrorKinds.flatMap(({ fields }) => fields.map(({ name }) => name))),
];

export const rulesCommand: Command = {
  usage: () => `Usage: pullthrough rules --kind KIND [FIELD]...
       pullthrough rules [--rules FILE]... [--mirror HOST]...
       pullthrough rules --schema

Writes a file of mirror rules, which the other commands and the window read: the rules that a kind of mirror and its
fields stand for, or those that are given, checked and in the order of trial. --schema writes the file's JSON schema.

Kinds with their fields; those in brackets may be left out
${mirrorKinds.map(kindUsage).join('\n')}
`,
  async perform(args, { output }) {
    const fieldOptions = Object.fromEntries(fieldNames.map((name) => [name, { type: 'string' } as const]));
    const { values, tokens, positionals } = readArguments('rules', args, {
      ...fieldOptions,
      ...ruleOptions,
      schema: { type: 'boolean' },
    });
    refuseWords('rules', positionals);
    if (values.schema === true) {
      await output.write(`${JSON.stringify(rulesFileSchema(), null, 2)}\n`);
      return 0;
    }
    const given: KindFields = Object.fromEntries(
      tokens.flatMap((token) =>
        token.kind === 'option' && Object.hasOwn(fieldOptions, token.name) ? [[token.name, token.value]] : [],
      ),
    );
    await output.write(writeRulesFile(mirrorsOf(tokens, given)));
    return 0;
  },
};

function kindUsage({ id, fields }: (typeof mirrorKinds)[number]): string {
  const flags = fields.map(({ name, example, default: fallback }) =>
    fallback === null ? `--${name} ${example}` : `[--${name} ${example}]`,
  );
  const lines = [mirrorKindWords.en.kinds[id].title, ...(flags.length > 0 ? [flags.join(' ')] : [])];
  return lines.map((line, at) => `  ${(at === 0 ? id : '').padEnd(16)}${line}`).join('\n');
}
