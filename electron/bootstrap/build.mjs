import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { run } from './childProcess.mjs';
import { withLock } from './lock.mjs';
import { bootstrapFile, sha256 } from './project.mjs';

/** What a build is made of. test/projects.ts is left out: vite.config.ts reads it, but no byte of dist depends on it. */
const sources = ['electron', 'renderer', 'vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];
const notSources = [join('electron', 'bootstrap')];

/** What the other commands and the packaged app start; the rest of dist comes with them. */
export const outputs = {
  main: join('dist', 'main', 'main.cjs'),
  preload: join('dist', 'preload', 'preload.cjs'),
  headless: join('dist', 'headless', 'pullthrough.cjs'),
  window: join('dist', 'renderer', 'index.html'),
};

/**
 * Why dist is not the build of the sources, or null when it is. Compares contents, because a checkout of another
 * commit gives files new times, and the times of the outputs, because somebody may have built by hand.
 *
 * @param {string} root
 * @returns {string | null}
 */
export function buildComplaint(root) {
  if (Object.values(outputs).some((file) => !existsSync(join(root, file)))) return 'dist is missing or incomplete';
  const stamp = bootstrapFile(root, 'build.stamp');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== stampOf(root, sourcesHash(root))) {
    return 'dist is not the build of these sources';
  }
  return null;
}

/**
 * Builds dist when it is missing or not of these sources. Safe to run twice at a time.
 *
 * @param {object} options
 * @param {string} options.root
 * @param {NodeJS.ProcessEnv} options.env
 * @param {(line: string) => void} options.log
 * @param {(root: string, env: NodeJS.ProcessEnv) => Promise<{ code: number, output: string }>} [options.compile]
 * @returns {Promise<boolean>} whether it is there now
 */
export async function ensureBuild({ root, env, log, compile = viteBuild }) {
  if (buildComplaint(root) === null) return true;
  const onWait = () => log('another process is building; waiting for it.');
  return withLock(
    bootstrapFile(root, 'build.lock'),
    async () => {
      const complaint = buildComplaint(root);
      if (complaint === null) return true;
      log(`${complaint}: building.`);
      // Taken before the build: what is edited during it belongs to the next one.
      const hash = sourcesHash(root);
      const { code, output } = await compile(root, env);
      if (code !== 0) {
        log(`the build failed:\n${output}`);
        return false;
      }
      const stamp = bootstrapFile(root, 'build.stamp');
      mkdirSync(dirname(stamp), { recursive: true });
      writeFileSync(stamp, stampOf(root, hash));
      return true;
    },
    { onWait },
  );
}

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
function viteBuild(root, env) {
  // A NODE_ENV of the surroundings, such as "test", would change what is built.
  const { NODE_ENV: _, ...clean } = env;
  return run(process.execPath, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: root,
    env: { ...clean, NO_COLOR: '1' },
  });
}

/**
 * @param {string} root
 * @param {string} hash of the sources
 */
function stampOf(root, hash) {
  const built = Object.values(outputs).map((file) => {
    const { size, mtimeMs } = statSync(join(root, file));
    return `${file.split(sep).join('/')} ${size} ${mtimeMs}`;
  });
  return [hash, ...built, ''].join('\n');
}

/** @param {string} root */
function sourcesHash(root) {
  /** @type {(string | Uint8Array)[]} */
  const parts = [];
  for (const source of sources) {
    for (const file of filesBelow(join(root, source))) {
      const name = relative(root, file);
      if (notSources.some((folder) => name.startsWith(folder + sep))) continue;
      parts.push(name.split(sep).join('/'), readFileSync(file));
    }
  }
  return sha256(parts);
}

/**
 * @param {string} path a file or a folder; none when it does not exist
 * @returns {string[]} in a stable order
 */
function filesBelow(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}
