import { candidatesFor, rewrite } from '../domain/mirrors';
import type { MirrorRule } from '../domain/settings';
import type { Language } from '../domain/words/language';
import { refusalText } from '../domain/words/causes';
import { languageOf, listed, readArguments } from './commandLine';
import { linesOf } from './inputLines';
import { mirrorOptions, mirrorsOf } from './mirrorOptions';
import type { Command } from './surroundings';

interface Choice {
  readonly rules: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  readonly language: Language;
}

export const rewriteCommand: Command = {
  usage: () => `Usage: pullthrough rewrite [OPTION]... [REFERENCE]...

What the first mirror that can serves each image as, one JSON object a line: {"original","proxied","rule"}, or
{"original","refused","why"}. Reads references from its input, one a line, when none is given.
`,
  async perform(args, { input, output, err }) {
    const { values, tokens, positionals } = readArguments('rewrite', args, {
      ...mirrorOptions,
      'no-proxy': { type: 'string', multiple: true },
      lang: { type: 'string' },
    });
    const choice = {
      rules: mirrorsOf(tokens),
      noProxy: listed(values['no-proxy']),
      language: languageOf(values.lang),
    };
    if (positionals.length > 0) {
      await output.write(positionals.map((image) => rewritten(image, choice)).join(''));
      return 0;
    }
    if (input.isTTY) err('Image references, one a line; Ctrl+D ends them.');
    for await (const lines of linesOf(input)) {
      const text = lines.map(({ text }) => rewritten(text ?? '', choice)).join('');
      if (!(await output.write(text))) break;
    }
    return 0;
  },
};

function rewritten(original: string, { rules, noProxy, language }: Choice): string {
  return `${JSON.stringify(outcome())}\n`;

  function outcome() {
    for (const result of rewrite(original, rules, noProxy))
      if ('proxied' in result) return { original, proxied: result.proxied, rule: result.rule.name };
    const { refusal } = candidatesFor(original, rules, noProxy);
    return refusal && { original, refused: refusal.code, why: refusalText(language, refusal) };
  }
}
