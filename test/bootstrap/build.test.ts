import { expect, test, vi } from 'vitest';
import { buildComplaint, ensureBuild, outputs } from '../../electron/bootstrap/build.mjs';
import { place, temporaryFolder } from './temporaryFolder';

function compile(root: string, _env: NodeJS.ProcessEnv, content = 'built') {
  for (const file of Object.values(outputs)) place(root, file, content);
  return Promise.resolve({ code: 0, output: '' });
}

function checkout(): string {
  const root = temporaryFolder();
  place(root, 'electron/main.ts', '1');
  place(root, 'renderer/App.svelte', '1');
  return root;
}

const old = 'dist is not the build of these sources';

test('a build is made once, and again only when its sources change', async () => {
  const root = checkout();
  const lines: string[] = [];
  const build = () => ensureBuild({ root, env: {}, log: (line) => lines.push(line), compile });
  expect(await build()).toBe(true);
  expect(await build()).toBe(true);
  expect(lines).toEqual(['dist is missing or incomplete: building.']);

  place(root, 'renderer/App.svelte', '2');
  expect(buildComplaint(root)).toBe(old);
  await build();
  expect(buildComplaint(root)).toBeNull();

  // The same bytes under new times, as after a checkout of another commit and back.
  place(root, 'renderer/App.svelte', '2');
  place(root, 'electron/bootstrap/demo.mjs', 'no part of the app');
  expect(buildComplaint(root)).toBeNull();

  place(root, 'electron/shell/new.ts', '');
  expect(buildComplaint(root)).toBe(old);
});

test('a build by hand of other sources is noticed', async () => {
  const root = checkout();
  await ensureBuild({ root, env: {}, log: () => undefined, compile });
  await compile(root, {}, 'built by hand, longer');
  expect(buildComplaint(root)).toBe(old);
});

test('sources that change during a build count as not built', async () => {
  const root = checkout();
  const edited = () => {
    place(root, 'electron/main.ts', 'edited meanwhile');
    return compile(root, {});
  };
  expect(await ensureBuild({ root, env: {}, log: () => undefined, compile: edited })).toBe(true);
  expect(buildComplaint(root)).toBe(old);
});

test('a failed build is said with what the builder printed', async () => {
  const lines: string[] = [];
  const fails = () => Promise.resolve({ code: 1, output: 'main.ts: no such thing' });
  expect(await ensureBuild({ root: checkout(), env: {}, log: (line) => lines.push(line), compile: fails })).toBe(false);
  expect(lines.at(-1)).toBe('the build failed:\nmain.ts: no such thing');
});

test('two commands at once build once', async () => {
  const root = checkout();
  let builds = 0;
  const lines: string[] = [];
  const counted = async (folder: string) => {
    builds++;
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    return compile(folder, {});
  };
  const build = () => ensureBuild({ root, env: {}, log: (line) => lines.push(line), compile: counted });
  expect(await Promise.all([build(), build()])).toEqual([true, true]);
  expect(builds).toBe(1);
});
