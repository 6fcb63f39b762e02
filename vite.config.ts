import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { EnvironmentOptions } from 'vite';
import { defineConfig } from 'vitest/config';
import { testProjects } from './test/projects.ts';

const at = (path: string) => resolve(import.meta.dirname, path);
const nodeModules = [...builtinModules, /^node:/];

/** The licences of what a bundle contains, which ask to be passed on with it. */
const license = { fileName: 'licenses.md' };

/**
 * A CommonJS bundle of one entry: it loads on Electron 25 (Node 18, no ES module entry points) as on the
 * newest one, and starts faster than a tree of modules. With `isSplit`, what is imported by `import()` gets a file of
 * its own beside it, so that a command that needs none of it does not load it. zod has one as well: the bundler puts its
 * own few functions, which every file needs, into the first file that has others in common.
 */
function bundle(name: string, entry: string, target: string, isSplit = false): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: {
      noExternal: true,
      external: ['electron'],
      conditions: ['node', 'import', 'module', 'default'],
      mainFields: ['module', 'main'],
    },
    build: {
      outDir: at(`dist/${name}`),
      emptyOutDir: true,
      target,
      license,
      ssr: true,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: { [entry.replace(/^.*\/|\.ts$/g, '')]: at(entry) },
        external: ['electron', ...nodeModules],
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name].cjs',
          codeSplitting: isSplit && { groups: [{ name: 'zod', test: /node_modules[\\/]zod[\\/]/ }] },
        },
      },
    },
  };
}

export default defineConfig({
  root: at('renderer'),
  base: './',
  cacheDir: at('node_modules/.vite'),
  plugins: [svelte({ configFile: false })],
  environments: {
    client: {
      build: {
        outDir: at('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome114',
        license,
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
      },
    },
    main: bundle('main', 'electron/main.ts', 'node18'),
    preload: bundle('preload', 'electron/preload.ts', 'chrome114'),
    headless: bundle('headless', 'electron/pullthrough.ts', 'node18', true),
  },
  builder: {
    sharedConfigBuild: true,
    async buildApp(builder) {
      for (const name of ['client', 'main', 'preload', 'headless']) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
  test: { projects: testProjects },
});
