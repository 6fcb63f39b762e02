import path from 'node:path';
import { isAnnotated, planCleanup, type CleanupPlan, type Left, type Removal } from '../domain/doctor/cleanup';
import { groupOf, resources, titleOf, type KubeObject, type ResourceKind } from '../domain/kubeObject';
import { labels } from '../domain/podSnapshot';
import type { WriteResult } from '../domain/writeResult';
import { defaultSettings } from '../domain/settings';
import { cleanupWords, type CleanupWords } from '../domain/words/cleanup';
import { ClusterWrites } from '../engine/clusterWrites';
import { machineClock } from '../engine/machineClock';
import { isReadFailure, type Cluster, type ContextHandle, type ReadFailure } from '../engine/ports';
import { leftoverAge } from '../engine/recovery';
import { readJournal } from '../files/journal';
import { homesBefore } from '../kube/kubeconfig';
import { languageOf, namespaceOf, readArguments, refuseWords } from './commandLine';
import { chooseContexts } from './contextChoice';
import { explainWords } from './explainWords';
import { printable } from './printable';
import { appFolder, stateFolder } from './stateFolders';
import { CommandFailed, UsageError, type Command, type Surroundings } from './surroundings';

const ours = `${labels.managedBy}=${labels.managedByValue}`;

export const cleanupCommand: Command = {
  usage: () => `Usage: pullthrough cleanup [OPTION]...

Removes what Pullthrough has made on a cluster and nobody needs any more: ImageCaches, ImagePullJobs, Jobs and pull
pods with its label, and its annotations on pods whose containers have their own images again. Says what it leaves, and
why. It restarts nothing. Exit code 1 where something could not be removed, or not be looked for.

Cluster
  --kubeconfig FILE...       instead of KUBECONFIG or ~/.kube/config
  --context NAME             the current one when absent
  -n, --namespace NS...      where to look when not all may be read; the context's own is always looked at
  --fledged-namespace NS     of kube-fledged, where it is not found by itself
  --retag-namespace NS       of the Jobs that give images their names; ${defaultSettings.retagNamespace} when absent
Effects
  --dry-run                  says what it would remove, and removes nothing
  --older-than MINUTES       what is younger another instance may be at work with; 15 when absent
  --state-dir DIR            of pullthrough run, where it keeps what it is about to do
Answer
  --lang en|zh               of the sentences
  --json                     one object
`,
  async perform(args, surroundings) {
    const { values, positionals } = readArguments('cleanup', args, {
      kubeconfig: { type: 'string', multiple: true },
      context: { type: 'string' },
      namespace: { type: 'string', multiple: true, short: 'n' },
      'fledged-namespace': { type: 'string' },
      'retag-namespace': { type: 'string' },
      'dry-run': { type: 'boolean' },
      'older-than': { type: 'string' },
      'state-dir': { type: 'string' },
      lang: { type: 'string' },
      json: { type: 'boolean' },
    });
    refuseWords('cleanup', positionals);
    const language = languageOf(values.lang);
    const age = ageOf(values['older-than']);
    const retagNamespace = namespaceOf(
      '--retag-namespace',
      values['retag-namespace'] ?? defaultSettings.retagNamespace,
    );
    const { environment, home, output, err } = surroundings;
    const places = {
      explicit: values.kubeconfig ?? [],
      environment: environment.KUBECONFIG,
      home,
      homesBefore: homesBefore(environment, process.platform),
    };
    const [handle] = chooseContexts(values.context === undefined ? [] : [values.context], places, err);
    if (!handle) return 0;
    const journal = journalOf(handle.name, values['state-dir'] ?? null, surroundings);
    const cluster = handle.connect();
    try {
      const version = await cluster.serverVersion();
      if (isReadFailure(version) && 'unanswered' in version)
        throw new CommandFailed(explainWords[language].silent(handle.name, handle.server, version.unanswered));
      const found = await look(cluster, handle, {
        namespaces: values.namespace ?? [],
        fledgedNamespace: values['fledged-namespace'] ?? '',
        retagNamespace,
      });
      const now = machineClock.now();
      const plan = planCleanup({ now, leftoverAge: age, ours: found.ours, pods: found.pods, journal });
      const dryRun = values['dry-run'] ?? false;
      const report = { ...plan, dryRun, failed: dryRun ? [] : await remove(cluster, plan), unread: found.unread };
      if (values.json === true) output.line(JSON.stringify(jsonOf(handle.name, report)));
      else for (const line of linesOf(handle.name, report, cleanupWords(language, now))) output.line(printable(line));
      return report.failed.length > 0 || report.unread.length > 0 ? 1 : 0;
    } finally {
      cluster.close();
    }
  },
};

/** Milliseconds. Throws UsageError. */
function ageOf(minutes: string | undefined): number {
  if (minutes === undefined) return leftoverAge;
  if (!/^\d+$/.test(minutes)) throw new UsageError(`--older-than is a number of minutes, not "${minutes}".`);
  return Number(minutes) * 60_000;
}

interface Unread {
  readonly kind: ResourceKind;
  readonly why: string;
}

interface Report extends CleanupPlan {
  readonly dryRun: boolean;
  readonly failed: readonly { readonly removal: Removal; readonly why: string }[];
  readonly unread: readonly Unread[];
}

/** What the app and `pullthrough run` of this computer are to go on with. Throws CommandFailed. */
function journalOf(
  context: string,
  stateDir: string | null,
  { environment, home }: Pick<Surroundings, 'environment' | 'home'>,
): readonly string[] {
  const folders = [stateDir ?? stateFolder(environment, home), appFolder(environment, home, process.platform)];
  return folders.flatMap((folder) => {
    const file = path.join(folder, 'journal.jsonl');
    try {
      return readJournal(file).flatMap((entry) =>
        entry.context === null || entry.context === context ? [entry.text] : [],
      );
    } catch (error) {
      throw new CommandFailed(`The journal ${file} cannot be read: ${(error as Error).message}`);
    }
  });
}

interface LookPlaces {
  readonly namespaces: readonly string[];
  readonly fledgedNamespace: string;
  readonly retagNamespace: string;
}

/** Everything of ours: in all namespaces, or where these may not be listed in those that are known. */
async function look(cluster: Cluster, { namespace }: ContextHandle, places: LookPlaces) {
  const unread: Unread[] = [];
  const fledged = await cluster.findFledged(places.fledgedNamespace);
  const known = [...new Set([namespace, ...places.namespaces])];
  const list = async (kind: ResourceKind, fallback: readonly string[], selector: string, keep?: typeof isAnnotated) => {
    const all = await cluster.listObjects(kind, '', selector, keep);
    if (!isReadFailure(all)) return all;
    const some: KubeObject[] = [];
    for (const each of fallback) {
      const found = 'forbidden' in all ? await cluster.listObjects(kind, each, selector, keep) : all;
      if (!isReadFailure(found)) some.push(...found);
      else if (!unread.some((failure) => failure.kind === kind)) unread.push({ kind, why: reasonOf(found) });
    }
    return some;
  };
  const isServed = async (kind: ResourceKind) => {
    const [group, version] = resources[kind].apiVersion.split('/');
    const versions = await cluster.servedVersions(groupOf(resources[kind].apiVersion));
    // no answer: the list will tell
    return isReadFailure(versions) || group === undefined || version === undefined || versions.includes(version);
  };
  const objects = [...(await list('Pod', [...known, places.retagNamespace], ours))];
  objects.push(...(await list('Job', [places.retagNamespace], ours)));
  if (await isServed('ImageCache')) objects.push(...(await list('ImageCache', [fledged.namespace], ours)));
  if (await isServed('ImagePullJob')) objects.push(...(await list('ImagePullJob', known, ours)));
  return { ours: objects, pods: await list('Pod', known, '', isAnnotated), unread };
}

function reasonOf(failure: ReadFailure): string {
  return 'forbidden' in failure ? failure.forbidden : failure.unanswered;
}

async function remove(cluster: Cluster, { remove: removals }: CleanupPlan): Promise<Report['failed']> {
  const writes = new ClusterWrites(cluster, () => undefined, false, machineClock);
  const failed: { removal: Removal; why: string }[] = [];
  for (const removal of removals) {
    const { object } = removal;
    const result =
      removal.is === 'object' ? await writes.delete(object, removal.uid) : await writes.change(object, removal.patch);
    if (result.is !== 'done' && result.is !== 'gone') failed.push({ removal, why: whyNot(result) });
  }
  return failed;
}

function whyNot(result: WriteResult): string {
  if (result.is === 'denied') return `may not ${result.verb} ${result.resource} in ${result.namespace}`;
  return 'detail' in result ? result.detail : 'it changed in between';
}

function jsonOf(context: string, { remove: removals, leave, failed, unread, dryRun }: Report): object {
  const shown = (removal: Removal) => ({
    ...removal.object,
    ...(removal.is === 'annotations' && { annotations: removal.keys }),
  });
  const isDone = (removal: Removal) => !failed.some((failure) => failure.removal === removal);
  return {
    context,
    [dryRun ? 'wouldRemove' : 'removed']: removals.filter(isDone).map(shown),
    left: leave.map(({ object, why }: Left) => ({ ...object, why })),
    failed: failed.map(({ removal, why }) => ({ ...shown(removal), why })),
    unread,
  };
}

function linesOf(context: string, report: Report, words: CleanupWords): readonly string[] {
  const { dryRun, failed } = report;
  const lines = report.remove.map((removal) => {
    const title = titleOf(removal.object);
    const failure = failed.find((each) => each.removal === removal);
    if (failure) return words.failed(title, failure.why);
    if (removal.is === 'object') return dryRun ? words.wouldRemove(title) : words.removed(title);
    return dryRun ? words.wouldForget(title, removal.keys) : words.forgotten(title, removal.keys);
  });
  lines.push(...report.leave.map(({ object, why }) => words.left(titleOf(object), why)));
  lines.push(...report.unread.map(({ kind, why }) => words.unread(kind, why)));
  return lines.length > 0 ? lines : [words.nothing(context)];
}
