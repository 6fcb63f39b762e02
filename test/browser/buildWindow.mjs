import { resolve } from 'node:path';
import { createBuilder } from 'vite';

/**
 * Builds the window alone, as it is shipped, into the folder given. A process of its own, because a test's
 * NODE_ENV would make it another window.
 */
const outDir = process.argv[2];
if (!outDir) throw new Error('Usage: node buildWindow.mjs FOLDER');
const builder = await createBuilder({
  configFile: resolve(import.meta.dirname, '../../vite.config.ts'),
  logLevel: 'warn',
  environments: { client: { build: { outDir } } },
});
const { client } = builder.environments;
if (!client) throw new Error('vite.config.ts has no window to build.');
await builder.build(client);
