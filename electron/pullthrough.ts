#!/usr/bin/env node
import { homedir } from 'node:os';
import { version } from '../package.json';
import { parseRun, usage, UsageError } from './headless/commandLine';
import { demoPage } from './headless/demoPage';
import { run, type Surroundings } from './headless/run';

/** The command `pullthrough`: the engine without Electron. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  const surroundings: Surroundings = {
    environment: process.env,
    home: homedir(),
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    ended: new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const)
        process.once(signal, () => {
          resolve();
        });
    }),
  };
  try {
    switch (command) {
      case 'run':
        await run(parseRun(args), surroundings);
        return 0;
      case 'demo':
        await demoPage(surroundings);
        return 0;
      case '--version':
        surroundings.out(version);
        return 0;
      case '--help':
      case 'help':
        surroundings.out(usage.trimEnd());
        return 0;
      default:
        throw new UsageError(
          `${command === undefined ? 'Which command?' : `There is no command "${command}".`} See pullthrough --help.`,
        );
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    surroundings.err(error.message);
    return 2;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exit(code);
});
