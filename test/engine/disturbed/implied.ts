import { readFileSync } from 'node:fs';
import { isSameObject, refOf, type KubeObject, type ObjectRef } from '../../../electron/domain/kubeObject';
import type { Prepull } from '../../../electron/domain/prepull/prepull';
import type { PrepullRun } from '../../../electron/domain/prepull/prepullRun';
import type { RescueState } from '../../../electron/domain/rescue/rescueState';
import { proofName } from '../../../electron/domain/restore/restore';
import type { Restore } from '../../../electron/domain/restore/restoreState';
import type { RetagState } from '../../../electron/domain/retag/retagState';
import type { JsonPatch } from '../../../electron/domain/swap';
import type { JournalEntry } from '../../../electron/engine/ports';

/** A write as it leaves the app. */
export type SentWrite =
  | { readonly verb: 'create'; readonly object: KubeObject }
  | { readonly verb: 'delete'; readonly object: ObjectRef }
  | PodPatch;
interface PodPatch {
  readonly verb: 'patch';
  readonly namespace: string;
  readonly pod: string;
  readonly patch: JsonPatch;
}

/** What of the journal says that a write was about to be done: whose state, and at which step; null where nothing does. */
export function impliedBy(write: SentWrite, entries: readonly JournalEntry[]): string | null {
  for (const entry of entries) {
    const step = stepOf(write, entry);
    if (step !== null) return `${entry.what} ${step}`;
  }
  return null;
}

/** The entries of a journal's file that have not ended, as whoever starts next finds them. */
export function entriesIn(file: string): readonly JournalEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // nothing has been written yet
    return [];
  }
  const live = new Map<string, JournalEntry>();
  // the last one is empty, or torn
  for (const line of text.split('\n').slice(0, -1)) {
    const entry = JSON.parse(line) as JournalEntry;
    if (entry.state === null) live.delete(entry.id);
    else live.set(entry.id, entry);
  }
  return [...live.values()];
}

function stepOf(write: SentWrite, { what, state }: JournalEntry): string | null {
  switch (what) {
    case 'rescue':
      return stepOfRescue(write, state as RescueState);
    case 'prepull': {
      const { prepull, made } = state as PrepullRun;
      return write.verb === 'patch' ? null : stepOfPull(write, prepull, made, false);
    }
    case 'restore':
      return stepOfRestore(write, state as Restore);
    case 'retag':
      return stepOfRetag(write, state as RetagState);
    // it is in no story, as nobody goes on with it
    case 'doctor':
      return null;
  }
}

function stepOfRescue(write: SentWrite, rescue: RescueState): string | null {
  const { step, cache, made, targets, candidates, mirror } = rescue;
  if (write.verb !== 'patch') return cache && stepOfPull(write, cache, made, step !== 'cache');
  const target = Object.values(targets).find(({ pod, namespace }) => isAbout(write, namespace, pod));
  const proxied = candidates.slice(mirror, mirror + 1).map((candidate) => candidate.proxied);
  const originals = target?.containers.map(({ original }) => original) ?? [];
  if (target?.phase === 'swapping') return gives(write.patch, proxied) ? target.phase : null;
  return target?.phase === 'putting-back' && gives(write.patch, originals) ? target.phase : null;
}

/** `isDone`: whatever was made to pull is to go. */
function stepOfPull(
  write: Exclude<SentWrite, PodPatch>,
  { batches, image }: Prepull,
  made: readonly ObjectRef[],
  isDone: boolean,
): string | null {
  const object = write.verb === 'create' ? refOf(write.object) : write.object;
  if (!made.some((each) => isSameObject(each, object))) return null;
  const isOpen = batches.some(
    ({ namespace, name, isOver }) => namespace === object.namespace && name === object.name && !isOver,
  );
  if (write.verb === 'delete') return isDone || !isOpen ? 'over' : null;
  // one that had to wait for the end of an earlier one of its name comes late where that took long, and goes at the end
  if (!isOpen) return 'pulls no more';
  return JSON.stringify(write.object).includes(`"${image}"`) ? 'pulls' : null;
}

function stepOfRestore(write: SentWrite, restore: Restore): string | null {
  const { state, namespace, pod, containers } = restore;
  const text = state.is === 'restoring' ? `${state.is} ${state.step}` : state.is;
  if (write.verb !== 'patch') {
    const object = write.verb === 'create' ? write.object.metadata : write.object;
    if (object.namespace !== namespace || object.name !== proofName(restore)) return null;
    if (write.verb === 'create') return state.is === 'checking' ? text : null;
    return state.is === 'checking' ? null : 'checked';
  }
  if (!isAbout(write, namespace, pod)) return null;
  const originals = containers.map(({ original }) => original);
  const proxied = containers.map((container) => container.proxied);
  if (text === 'restoring put-back') return gives(write.patch, originals) ? text : null;
  if (text === 'restoring swap-back') return gives(write.patch, proxied) ? text : null;
  if (state.is !== 'free') return null;
  // what has ended gets its own text; what runs again loses its note
  if (state.how === 'not-running') return gives(write.patch, originals) ? text : null;
  return imagesIn(write.patch).length === 0 ? `${text} ${state.how}` : null;
}

function stepOfRetag(write: SentWrite, { nodes, namespace }: RetagState): string | null {
  if (write.verb === 'patch') return null;
  const object = write.verb === 'create' ? write.object.metadata : write.object;
  const node = Object.values(nodes).find(({ job }) => job === object.name);
  if (!node || object.namespace !== namespace) return null;
  if (write.verb === 'create') return node.phase === 'creating' ? 'creating' : null;
  return node.phase === 'retagged' || node.phase === 'over' ? 'over' : null;
}

function isAbout(write: PodPatch, namespace: string, pod: string): boolean {
  return write.namespace === namespace && write.pod === pod;
}

function imagesIn(patch: JsonPatch): readonly unknown[] {
  return patch.flatMap((each) => (each.op === 'replace' && each.path.endsWith('/image') ? [each.value] : []));
}

/** Whether it gives images, and only of these. */
function gives(patch: JsonPatch, images: readonly string[]): boolean {
  const given = imagesIn(patch);
  return given.length > 0 && given.every((image) => images.includes(String(image)));
}
