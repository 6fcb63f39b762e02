import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { findProgram } from '../cluster/assets';
import { asked, referenceTexts } from '../domain/golden/referenceTexts';

const golden = resolve(import.meta.dirname, '../domain/golden');
const onCi = ['true', '1'].includes(process.env.CI ?? '');

/** Builds the program over github.com/distribution/reference, and gives what it answers, a JSON object a line. */
async function askLibrary(go: string, texts: readonly string[]): Promise<string> {
  const child = execFile(go, ['run', '.'], {
    cwd: resolve(golden, 'distribution'),
    env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' },
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('the program has no pipes');
  const ended = new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  // Without a reader, as when the build fails, what is written has nowhere to go; the exit code says that.
  stdin.on('error', () => undefined);
  stdin.end(texts.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const [code, output, complaint] = await Promise.all([ended, text(stdout), text(stderr)]);
  if (code !== 0) throw new Error(`go run failed:\n${complaint.trim().split('\n').slice(-8).join('\n')}`);
  return output;
}

// After a change of the texts or of the library's version, `npx vitest run --project api-server imageReference -u` writes
// the answers anew.
test('the reference library answers as it is written down', async ({ skip }) => {
  const go = findProgram('go');
  if (go === null) {
    if (onCi) throw new Error('Go was not found, and on CI it has to be: the answers were compared with nothing.');
    skip('Go was not found: the answers that are written down were not compared with the library.');
    return;
  }
  const answers = await askLibrary(go, referenceTexts(asked.count, asked.seed));
  await expect(answers).toMatchFileSnapshot(resolve(golden, 'referenceAnswers.jsonl'));
});
