import type { Readable } from 'node:stream';
import { CommandFailed } from './surroundings';

export interface InputLine {
  /** 1-based. */
  readonly number: number;
  /** Without spaces and tabs at both ends; null when the line is longer than anything that makes sense. */
  readonly text: string | null;
}

/** In UTF-16 units: the API server accepts no object of more bytes. */
const longestLine = 1_500_000;

/** What a line without text is answered with. */
export const tooLong = `longer than ${String(longestLine)} characters`;

/**
 * The lines of a stream, as many at a time as arrived, so that input of any length needs little memory. Blank lines
 * are counted and left out. Throws CommandFailed when the stream cannot be read.
 */
export async function* linesOf(input: Readable): AsyncGenerator<readonly InputLine[], void> {
  let number = 0;
  let rest = '';
  let isTooLong = false;
  const ended = (end: string): InputLine => {
    const text = isTooLong ? null : withoutBlanks(rest + end);
    number += 1;
    rest = '';
    isTooLong = false;
    return { number, text };
  };
  try {
    for await (const chunk of input.setEncoding('utf8') as AsyncIterable<string>) {
      const pieces = chunk.split('\n');
      const last = pieces.pop() ?? '';
      const lines = pieces.map(ended);
      if (rest.length + last.length > longestLine) {
        isTooLong = true;
        rest = '';
      } else if (!isTooLong) rest += last;
      yield lines.filter(({ text }) => text !== '');
    }
  } catch (error) {
    throw new CommandFailed(`The input cannot be read: ${(error as Error).message}`);
  }
  if (withoutBlanks(rest) !== '' || isTooLong) yield [ended('')];
}

/** A blank of another kind belongs to what is asked: to the kubelet too a name that ends with one is no name. */
function withoutBlanks(line: string): string {
  let start = line.startsWith('\uFEFF') ? 1 : 0;
  let end = line.length;
  while (start < end && isBlank(line.charAt(start))) start += 1;
  while (end > start && isBlank(line.charAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}
