import { candidatesFor, rewrite } from '../domain/mirrors/mirrors';
import { refusalText } from '../domain/words/causes';
import type { Language } from '../domain/words/language';
import { languageOf, readArguments } from './commandLine';
import { linesOf, tooLong } from './inputLines';
import { mirrorChoice, mirrorHelp, mirrorOptions, type MirrorChoice } from './mirrorOptions';
import type { Command } from './surroundings';

export const rewriteCommand: Command = {
  usage: () => `Usage: pullthrough rewrite [OPTION]... [REFERENCE]...

Writes a JSON object a line for each image: {"original","proxied","rule"} with what the first mirror that can serves it
as, or {"original","refused","why"}. Without references it reads them from its input, one a line.

${mirrorHelp}
Answer
  --lang en|zh               of the sentences
`,
  async perform(args, { input, output, err }) {
    const { values, tokens, positionals } = readArguments('rewrite', args, {
      ...mirrorOptions,
      lang: { type: 'string' },
    });
    const choice = mirrorChoice(tokens, values);
    const language = languageOf(values.lang);
    const write = (answers: readonly object[]) =>
      output.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
    if (positionals.length > 0) {
      await write(positionals.map((image) => rewritten(image, choice, language)));
      return 0;
    }
    if (input.isTTY) err('Image references, one a line; Ctrl+D ends them.');
    let code = 0;
    for await (const lines of linesOf(input)) {
      const answers = lines.map(({ text, number }) => {
        if (text !== null) return rewritten(text, choice, language);
        code = 1;
        return { error: tooLong, line: number };
      });
      if (!(await write(answers))) return 0;
    }
    return code;
  },
};

function rewritten(original: string, { mirrors, noProxy, allowList }: MirrorChoice, language: Language): object {
  for (const outcome of rewrite(original, mirrors, noProxy, allowList))
    if ('proxied' in outcome) return { original, proxied: outcome.proxied, rule: outcome.rule.name };
  const { refusal } = candidatesFor(original, mirrors, noProxy, allowList);
  return { original, ...(refusal && { refused: refusal.code, why: refusalText(language, refusal) }) };
}
