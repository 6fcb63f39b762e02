import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { waitFor } from './waiting';

const hour = 3_600_000;

/**
 * Runs `work` while no other process of this machine that names the same file does. A lock whose owner has died
 * is taken over. Two that take it over in the same moment may both run: work has to be safe against that, and is
 * only saved from being done twice.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, String(process.pid));
  try {
    await waitFor(`the lock ${path}`, hour, () => takeLock(path, mine), { everyMs: 250 });
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

async function takeLock(path: string, mine: string): Promise<boolean> {
  try {
    await link(mine, path); // unlike opening it anew, this never shows others a lock without its owner's id
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!(await ownerLives(path))) await rm(path, { force: true });
  return false;
}

async function ownerLives(path: string): Promise<boolean> {
  try {
    process.kill(Number(await readFile(path, 'utf8')), 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to another user; ENOENT: it has just been given back, so ask again
    return ['EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
