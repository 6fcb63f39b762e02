/**
 * One line about what a command is doing. On stderr, so that stdout holds only results.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`pullthrough: ${line}\n`);
}
