import path from 'node:path';
import { defaultSettings, type Settings } from '../domain/settings';
import { createApplication } from '../engine/application';
import { machineClock } from '../engine/machineClock';
import type { ContextSource, Journal } from '../engine/ports';
import { fileAllowLists } from '../files/allowList';
import { folderTrouble } from '../files/folder';
import { fileJournal } from '../files/journal';
import { fileMirrorUse } from '../files/mirrorUse';
import { holderOf, lockState, type StateHeld, type StateLock } from '../files/stateLock';
import { homesBefore, kubeconfigSource, type KubeconfigPlaces } from '../kube/kubeconfig';
import { manifestProbe } from '../registry/manifestProbe';
import { chooseContexts } from './contextChoice';
import { eventLine } from './eventLine';
import { mirrorHelp } from './mirrorOptions';
import { parseRun, type RunOptions } from './runOptions';
import { stateFolder } from './stateFolders';
import { CommandFailed, type Command, type Surroundings } from './surroundings';

/** After a request to end, writes that are on their way get this long, in milliseconds. */
const patience = 4_000;

/** What writes nothing to a cluster has nothing to go on with. */
const nothingToResume: Journal = {
  path: '',
  load: () => ({ entries: [], problem: null }),
  record: () => undefined,
};

export const run: Command = {
  usage: () => `Usage: pullthrough run [OPTION]...

Watches clusters for image pulls that fail, and heals them with --mode auto. Runs until it is asked to end.

Clusters
  --kubeconfig FILE...       instead of KUBECONFIG or ~/.kube/config
  --context NAME...          the current one when absent
  -n, --namespace NS...      all when absent
  --fledged-namespace NS     of kube-fledged, where it is not found by itself
${mirrorHelp}
  --probe HOST...            mirrors that this computer may ask beforehand whether they have an image
Effects
  --mode watch|auto          watch when absent
  --prepull SELECTOR         brings what was healed onto further nodes with these labels ("": onto all)
  --retag                    gives a pulled image its own name on its node, and edits no pod where that helps
  --retag-image IMAGE        that a Job for it runs: any with sh and chroot (${defaultSettings.retagImage})
  --retag-namespace NS       of these Jobs, which must admit pods with host paths (${defaultSettings.retagNamespace})
  --restore                  restarts a container for its original once that is proven, one pod of an owner at a time
  --dry-run                  shows what it would write, and writes nothing
  --state-dir DIR            where it keeps what it is about to do
  --json                     one object a line
`,
  async perform(args, surroundings) {
    // a bad flag is told before anything is watched or written
    await watch(parseRun(args), surroundings);
    return 0;
  },
};

/** Runs the engine until asked to end, or until nobody reads what it says. */
async function watch(options: RunOptions, surroundings: Surroundings): Promise<void> {
  const { environment, home, output, err } = surroundings;
  const places: KubeconfigPlaces = {
    explicit: options.kubeconfigs,
    environment: environment.KUBECONFIG,
    home,
    homesBefore: homesBefore(environment, process.platform),
  };
  const contexts = chooseContexts(options.contexts, places, err).map(({ name }) => name);
  const settings: Settings = {
    ...defaultSettings,
    mirrors: [...options.mirrors],
    noProxy: [...options.noProxy],
    allowList: options.allowList,
    probedMirrors: [...options.probedMirrors],
    fledgedNamespace: options.fledgedNamespace,
    retagImage: options.retagImage,
    retagNamespace: options.retagNamespace,
    contexts: Object.fromEntries(
      contexts.map((name) => [
        name,
        {
          watch: true,
          auto: options.mode === 'auto',
          agreed: options.mode === 'auto',
          restore: options.restore,
          retag: options.retag,
          ...(options.prepull !== null && { prepull: options.prepull }),
        },
      ]),
    ),
  };
  // what only watches has nothing to go on with, and may run beside one that heals
  const writes = options.mode === 'auto' && !options.dryRun;
  const folder = options.stateDir ?? stateFolder(environment, home);
  const lock = writes ? lockOf(folder) : null;
  const mirrorUse = options.dryRun ? null : fileMirrorUse(path.join(folder, 'mirrors.json'));
  if (mirrorUse !== null && mirrorUse.problem !== null) err(mirrorUse.problem);
  const application = createApplication({
    settings: {
      read: () => settings,
      // flags are what counts here; nothing changes them while it runs
      write: () => undefined,
    },
    journal: writes ? fileJournal(path.join(folder, 'journal.jsonl')) : nothingToResume,
    ...(mirrorUse && { mirrorUse }),
    mirrorProbe: manifestProbe(),
    allowLists: fileAllowLists(home),
    contexts: only(kubeconfigSource(places, machineClock, Math.random), new Set(contexts)),
    clock: machineClock,
    demo: false,
    namespaces: options.namespaces,
    dryRun: options.dryRun,
  });
  application.onEvent((event) => {
    output.line(options.json ? JSON.stringify(event) : eventLine(event));
  });
  for (const problem of application.state().problems)
    err(`${problem.kind}: ${problem.path}${'detail' in problem ? `: ${problem.detail}` : ''}`);
  err(`watching ${contexts.join(', ')}${options.mode === 'auto' ? ', healing by itself' : ''}`);
  const lost = lock?.lost.then(() => {
    err(`Another Pullthrough has taken over ${folder}, as this one was silent for too long.`);
  });
  await Promise.race([surroundings.askedToEnd(), output.closed, ...(lost ? [lost] : [])]);
  await Promise.race([application.stop(), new Promise((resolve) => setTimeout(resolve, patience).unref())]);
  lock?.release();
}

/** Throws CommandFailed when another process keeps this folder, or nothing can be kept in it. */
function lockOf(folder: string): StateLock {
  let lock: StateLock | StateHeld;
  try {
    lock = lockState(folder);
  } catch (error) {
    throw new CommandFailed(`Nothing can be healed without the folder ${inShort(folder)}: ${folderTrouble(error)}.`);
  }
  if (lock.is === 'locked') return lock;
  throw new CommandFailed(
    `${holderOf(lock)} heals with the folder ${folder} already; give this one another with --state-dir.`,
  );
}

/** A path that fits into a sentence. */
function inShort(folder: string): string {
  return folder.length <= 200 ? folder : `${folder.slice(0, 100)}…${folder.slice(-40)}`;
}

/** Leaves out the contexts that nobody asked for. */
function only(source: ContextSource, names: ReadonlySet<string>): ContextSource {
  return {
    follow: (extra, listener) =>
      source.follow(extra, (reading) => {
        listener({ ...reading, contexts: reading.contexts.filter(({ name }) => names.has(name)) });
      }),
  };
}
