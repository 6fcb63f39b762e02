import { resolve } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, test, vi } from 'vitest';

// The first snippet loads all plugins, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const root = resolve(import.meta.dirname, '../..');
// The snippets are no files, so there are no types to read; the rules on imports need none.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** The rules among those on imports that this line breaks when it stands in that file. */
async function broken(file: string, line: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${line}\n`, { filePath: resolve(root, file) });
  const messages = result?.messages ?? [];
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  const rules = messages.map(({ ruleId }) => ruleId ?? '');
  return [...new Set(rules.filter((rule) => rule.includes('restricted')))];
}

const room = 'import-x/no-restricted-paths';
const owner = 'no-restricted-imports';
const dynamic = 'no-restricted-syntax';

test.each<[file: string, line: string, rule: string]>([
  ['electron/domain/x.ts', "import '../kube/apiConnection';", room],
  ['electron/domain/x.ts', "import type { Clock } from '../engine/ports';", room],
  ['electron/domain/x.ts', "import '../ipc/contract';", room],
  ['electron/domain/words/x.ts', "export * from '../../engine/ports';", room],
  ['electron/domain/x.ts', "import 'node:fs';", owner],
  ['electron/domain/x.ts', "import 'fs';", owner],
  ['electron/domain/x.ts', "import 'electron';", owner],
  ['electron/domain/x.ts', "import 'selfsigned';", owner],
  ['electron/engine/x.ts', "import '../kube/apiConnection';", room],
  ['electron/engine/x.ts', "await import('../kube/apiConnection');", room],
  ['electron/engine/x.ts', "import '@kubernetes/client-node';", owner],
  ['electron/engine/x.ts', "import 'electron';", owner],
  ['electron/engine/x.ts', "await import('electron');", dynamic],
  ['electron/engine/x.ts', "import '../../test/cluster/testCluster';", room],
  ['electron/kube/x.ts', "import '../engine/application';", room],
  ['electron/kube/x.ts', "import '../ipc/contract';", room],
  ['electron/kube/x.ts', "import type { App } from 'electron';", owner],
  ['electron/registry/x.ts', "import '../engine/application';", room],
  ['electron/registry/x.ts', "import 'electron';", owner],
  ['electron/files/x.ts', "import '../kube/apiConnection';", room],
  ['electron/files/x.ts', "import '../engine/application';", room],
  ['electron/files/x.ts', "import 'electron';", owner],
  ['electron/ipc/x.ts', "import '../kube/apiConnection';", room],
  ['electron/ipc/x.ts', "import { ipcMain } from 'electron';", owner],
  ['electron/demo/x.ts', "import '../engine/application';", room],
  ['electron/demo/x.ts', "import '@kubernetes/client-node';", owner],
  ['electron/demo/x.ts', "import 'electron/main';", owner],
  ['electron/shell/x.ts', "import '../kube/apiConnection';", room],
  ['electron/shell/x.ts', "import '@kubernetes/client-node';", owner],
  ['electron/bootstrap/x.mjs', "import '../kube/apiConnection';", room],
  ['electron/bootstrap/x.mjs', "import 'zod';", owner],
  ['electron/pullthrough.ts', "import 'electron';", owner],
  ['electron/pullthrough.ts', "await import('@kubernetes/client-node');", dynamic],
  ['electron/main.ts', "import '@kubernetes/client-node';", owner],
  ['electron/preload.ts', "import 'node:fs';", owner],
  ['renderer/x.ts', "import '../electron/engine/ports';", room],
  ['renderer/view/x.ts', "import '../../electron/kube/apiConnection';", room],
  ['renderer/x.ts', "import '../electron/ipc/serving';", room],
  ['renderer/x.ts', "import 'node:fs';", owner],
  ['renderer/x.ts', "import 'electron';", owner],
  ['renderer/x.ts', "import 'zod';", owner],
])('%s may not say %s', async (file, line, rule) => {
  expect(await broken(file, line)).toEqual([rule]);
});

test.each<[file: string, line: string]>([
  ['electron/domain/x.ts', "import './cause';"],
  ['electron/domain/words/x.ts', "import '../cause';"],
  ['electron/domain/x.ts', "import * as z from 'zod';"],
  ['electron/engine/x.ts', "import '../domain/cause';"],
  ['electron/engine/x.ts', "import '../ipc/contract';"],
  ['electron/kube/x.ts', "import type { Clock } from '../engine/ports';"],
  ['electron/kube/x.ts', "import '@kubernetes/client-node';"],
  ['electron/kube/x.ts', "import 'node:https';"],
  ['electron/registry/x.ts', "import type { MirrorProbe } from '../engine/ports';"],
  ['electron/files/x.ts', "import 'node:fs';"],
  ['electron/demo/x.ts', "import '../kube/apiConnection';"],
  ['electron/ipc/x.ts', "import '../engine/application';"],
  ['electron/shell/x.ts', "import { app } from 'electron';"],
  ['electron/shell/x.ts', "import '../engine/application';"],
  ['electron/main.ts', "import './kube/apiConnection';"],
  ['electron/preload.ts', "import { contextBridge } from 'electron';"],
  ['electron/preload.ts', "import './ipc/contract';"],
  ['electron/bootstrap/x.mjs', "import 'node:fs';"],
  ['renderer/view/x.ts', "import '../../electron/domain/cause';"],
  ['renderer/x.ts', "import '../electron/ipc/contract';"],
  ['renderer/x.ts', "import { mount } from 'svelte';"],
  ['test/x.ts', "import '../electron/engine/application';"],
])('%s may say %s', async (file, line) => {
  expect(await broken(file, line)).toEqual([]);
});
