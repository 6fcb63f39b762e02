// npm run bench: measures several clients side by side. Prints ratios; judges nothing.
import './nodeVersion.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { preparePackages } from './prepare.mjs';
import { projectRoot } from './project.mjs';
import { say } from './say.mjs';

const entry = join(projectRoot, 'test', 'bench', 'main.ts');

if (existsSync(entry)) {
  if (!(await preparePackages())) process.exit(1);
  const { runnerImport } = await import('vite');
  /** @type {{ module: { bench: (args: readonly string[]) => Promise<void> } }} */
  const { module } = await runnerImport(entry, { root: projectRoot, configFile: false, logLevel: 'warn' });
  await module.bench(process.argv.slice(2));
} else {
  say('there is nothing to measure: test/bench/main.ts is missing.');
  process.exitCode = 1;
}
