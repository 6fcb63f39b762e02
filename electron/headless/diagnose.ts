import * as z from 'zod';
import { diagnose } from '../domain/diagnosis/diagnosis';
import { messageImage } from '../domain/diagnosis/pullFailure';
import type { MirrorRule } from '../domain/settings';
import type { Language } from '../domain/words/language';
import { explainCause } from './causeExplanation';
import { languageOf, readArguments, refuseWords } from './commandLine';
import { tooLong, linesOf, type InputLine } from './inputLines';
import { mirrorsOf, ruleHelp, ruleOptions } from './mirrorOptions';
import type { Command } from './surroundings';

/** One line of input. Other fields may be there; null is as good as absent, as `jq` writes it. */
const report = z.object({ message: z.string(), image: z.string().nullish(), reason: z.string().nullish() });

export const diagnoseCommand: Command = {
  usage: () => `Usage: pullthrough diagnose [OPTION]...

Reads JSON objects {"message", "image"?, "reason"?}, one a line: what a kubelet says of a container that waits for its
image, or the text of its Failed event. Answers each with {"cause","healable","title","explanation","next",...}.
The mirrors are those in use, to tell a mirror's refusal from a registry's. A line that cannot be read is answered with
{"error","line"}, and the exit code is then 1.

${ruleHelp}
Answer
  --lang en|zh               of the sentences
`,
  async perform(args, { input, output, err }) {
    const { values, tokens, positionals } = readArguments('diagnose', args, {
      ...ruleOptions,
      lang: { type: 'string' },
    });
    refuseWords('diagnose', positionals);
    const mirrors = mirrorsOf(tokens);
    const language = languageOf(values.lang);
    if (input.isTTY) err('JSON objects {"message", "image"?, "reason"?}, one a line; Ctrl+D ends them.');
    let bad = 0;
    for await (const lines of linesOf(input)) {
      const answers = lines.map((line) => {
        const read = readReport(line);
        if (!('error' in read)) return diagnosed(read, mirrors, language);
        bad += 1;
        return { error: read.error, line: line.number };
      });
      if (!(await output.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join('')))) return 0;
    }
    if (bad > 0) err(`${String(bad)} ${bad === 1 ? 'line' : 'lines'} could not be read.`);
    return bad > 0 ? 1 : 0;
  },
};

function readReport({ text }: InputLine): z.infer<typeof report> | { readonly error: string } {
  if (text === null) return { error: tooLong };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `no JSON: ${(error as Error).message}` };
  }
  const read = report.safeParse(value);
  if (read.success) return read.data;
  return {
    error: read.error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; '),
  };
}

function diagnosed(
  { message, image: given, reason }: z.infer<typeof report>,
  mirrors: readonly MirrorRule[],
  language: Language,
) {
  const image = given ?? '';
  const diagnosis = diagnose({ message, reason: reason ?? '', image, mirrors });
  // without the name of the image the text itself may quote one
  return explainCause(diagnosis, image === '' ? (messageImage(message) ?? '') : image, language);
}
