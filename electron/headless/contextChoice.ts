import { accessSync, constants } from 'node:fs';
import { machineClock } from '../engine/machineClock';
import type { ContextHandle } from '../engine/ports';
import { kubeconfigFiles, readKubeconfigs, type KubeconfigPlaces } from '../kube/kubeconfig';
import { UsageError, type Surroundings } from './surroundings';

/**
 * The contexts of these names, or the current one where none is named; never an empty list. `err` is told of a renewed login
 * that its kubeconfig does not take. Throws UsageError.
 */
export function chooseContexts(
  names: readonly string[],
  places: KubeconfigPlaces,
  err: Surroundings['err'],
): readonly ContextHandle[] {
  for (const file of places.explicit) {
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      throw new UsageError(`The kubeconfig ${file} cannot be read: ${(error as Error).message}`);
    }
  }
  const unsaved = (why: string) => {
    err(`A login is lost when this command ends: ${why}.`);
  };
  const read = readKubeconfigs(kubeconfigFiles(places, []), machineClock, Math.random, undefined, unsaved);
  const { contexts, broken, files, current } = read;
  const there = contexts.map(({ name }) => name).join(', ');
  const [problem] = broken;
  if (there === '' && problem) throw new UsageError(`The kubeconfig ${problem.path} cannot be read: ${problem.detail}`);
  if (there === '') throw new UsageError(`There is no kubeconfig at ${files.join(', ')}.`);
  const chosen = names.length > 0 ? names : current === null ? [] : [current];
  if (chosen.length === 0)
    throw new UsageError(`The kubeconfig names no current context; choose with --context: ${there}.`);
  return chosen.map((wanted) => {
    const handle = contexts.find(({ name }) => name === wanted);
    if (!handle) throw new UsageError(`There is no context "${wanted}"; there are: ${there}.`);
    return handle;
  });
}
