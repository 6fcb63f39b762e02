import * as z from 'zod';
import type { KubeObject } from '../kubeObject';
import type { PodSnapshot } from '../podSnapshot';
import { imageReasons } from '../diagnosis/pullFailure';
import { exitCodes } from './retagScripts';

/** How far a Job is on its node. `whose` failure: that of its own image, of the pull, or of all the rest. */
export type RetagProgress =
  | { readonly is: 'queued' | 'helper' | 'working' | 'done' }
  | { readonly is: 'failed'; readonly whose: 'helper' | 'pull' | 'node'; readonly message: string };

/** Reads it from the Job's pod; the words of a process that has ended are not in there. */
export function retagProgress(pod: PodSnapshot): RetagProgress {
  const state = pod.containers[0]?.state ?? { is: 'unknown' };
  if (state.is === 'terminated') return endOf(state.exitCode, '');
  if (pod.phase === 'Failed') return { is: 'failed', whose: 'node', message: couldNotRun };
  if (state.is === 'running') return { is: 'working' };
  const wait = state.is === 'waiting' ? waitOf(state.reason, state.message) : null;
  return wait ?? { is: pod.node === '' ? 'queued' : 'helper' };
}

/** As much of a Job's pod as tells how far it is, in the words of whatever has ended. */
const podSchema = z.looseObject({
  spec: z.looseObject({ nodeName: z.string().optional() }),
  status: z.looseObject({
    phase: z.string().optional(),
    message: z.string().optional(),
    containerStatuses: z
      .array(
        z.looseObject({
          state: z.looseObject({
            waiting: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).optional(),
            running: z.looseObject({}).optional(),
            terminated: z.looseObject({ exitCode: z.number(), message: z.string().optional() }).optional(),
          }),
        }),
      )
      .optional(),
  }),
});

/** The same of a pod as the API server has it; null for what is none. */
export function retagProgressOf(pod: KubeObject): RetagProgress | null {
  const read = podSchema.safeParse(pod);
  if (!read.success) return null;
  const { spec, status } = read.data;
  const { waiting, running, terminated } = status.containerStatuses?.[0]?.state ?? {};
  if (terminated) return endOf(terminated.exitCode, terminated.message ?? '');
  if (status.phase === 'Failed') return { is: 'failed', whose: 'node', message: status.message ?? couldNotRun };
  if (running) return { is: 'working' };
  return waitOf(waiting?.reason ?? '', waiting?.message ?? '') ?? { is: spec.nodeName ? 'helper' : 'queued' };
}

const couldNotRun = 'its pod could not run';

function endOf(exitCode: number, words: string): RetagProgress {
  if (exitCode === 0) return { is: 'done' };
  return { is: 'failed', whose: exitCode === exitCodes.pull ? 'pull' : 'node', message: words.trim() };
}

function waitOf(reason: string, message: string): RetagProgress | null {
  if (message === '') return null;
  if (imageReasons.has(reason)) return { is: 'failed', whose: 'helper', message };
  return /Error$/.test(reason) ? { is: 'failed', whose: 'node', message } : null;
}
