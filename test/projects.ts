import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { TestProjectConfiguration } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');
const at = (path: string) => resolve(import.meta.dirname, path);
const minutes = (n: number) => n * 60_000;
/** vitest's own choice leaves a core free for somebody who edits meanwhile; of two that is half. */
const everyCore = '100%';

/**
 * The tiers, fastest first. A name here is a name that `npm test` prints and that `npm test -- NAME` takes.
 */
export const testProjects: TestProjectConfiguration[] = [
  {
    test: {
      name: 'pure',
      root,
      include: ['test/{domain,architecture,bench}/**/*.test.ts', 'test/guide/pages.test.ts'],
      environment: 'node',
      setupFiles: [at('setup/noNetwork.ts')],
    },
  },
  {
    plugins: [svelte({ configFile: false }), svelteTesting()],
    test: {
      name: 'components',
      root,
      include: ['test/renderer/**/*.test.ts'],
      environment: 'jsdom',
      setupFiles: [at('setup/noNetwork.ts'), at('setup/jsdom.ts')],
      // Whole windows in jsdom: a machine that does much else besides takes its time.
      testTimeout: minutes(0.5),
    },
  },
  {
    test: {
      name: 'simulation',
      root,
      include: [
        'test/{engine,kube,registry,ipc,files,shell,demo,headless,bootstrap}/**/*.test.ts',
        'test/scenarios/simulation.test.ts',
      ],
      environment: 'node',
      maxWorkers: everyCore,
      testTimeout: minutes(1),
      hookTimeout: minutes(1),
    },
  },
  {
    test: {
      name: 'browser',
      root,
      include: ['test/browser/**/*.test.ts'],
      environment: 'node',
      testTimeout: minutes(1),
      hookTimeout: minutes(2),
    },
  },
  {
    test: {
      name: 'api-server',
      root,
      include: [
        'test/{scenarios,conformance}/apiServer.test.ts',
        'test/conformance/{imageReference,kubeconfig}.test.ts',
      ],
      environment: 'node',
      testTimeout: minutes(2),
      hookTimeout: minutes(15),
    },
  },
  {
    test: {
      name: 'node',
      root,
      include: ['test/scenarios/node.test.ts', 'test/guide/pulling.test.ts'],
      environment: 'node',
      testTimeout: minutes(4),
      hookTimeout: minutes(20),
    },
  },
  {
    test: {
      name: 'electron',
      root,
      include: ['test/e2e/**/*.test.ts'],
      environment: 'node',
      testTimeout: minutes(2),
      hookTimeout: minutes(5),
      fileParallelism: false,
    },
  },
];
