import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { linesOf, type InputLine } from '../../electron/headless/inputLines';
import { CommandFailed } from '../../electron/headless/surroundings';

async function all(pieces: readonly string[]): Promise<readonly InputLine[]> {
  const lines: InputLine[] = [];
  for await (const some of linesOf(Readable.from(pieces.map((piece) => Buffer.from(piece))))) lines.push(...some);
  return lines;
}

it('counts blank lines and leaves them out, wherever the pieces of the input end', async () => {
  const expected = [
    { number: 1, text: 'one' },
    { number: 3, text: 'three' },
    { number: 4, text: 'four' },
  ];
  const text = 'one\n \r\n  three\r\nfour';
  expect(await all([text])).toEqual(expected);
  expect(await all(Array.from(`${text}\n`))).toEqual(expected);
});

it('takes away what an editor adds to a line, and nothing else', async () => {
  const texts = async (text: string) => (await all([text])).map((line) => line.text);
  expect(await texts('\uFEFFone\r\n\ttwo \t\n')).toEqual(['one', 'two']);
  expect(await texts('one\u00A0\n\u3000two\nthree\uFEFF\n')).toEqual(['one\u00A0', '\u3000two', 'three\uFEFF']);
});

it('tells of an input that breaks off in one sentence', async () => {
  const broken = new Readable({
    read() {
      this.push('one\n');
      this.destroy(new Error('EIO: i/o error'));
    },
  });
  const read = async () => {
    for await (const lines of linesOf(broken)) expect(lines.length).toBeLessThanOrEqual(1);
  };
  await expect(read()).rejects.toThrow(new CommandFailed('The input cannot be read: EIO: i/o error'));
});
