import { isComing, type AppState, type ContextView, type IncidentView, type RestoreView } from '../appState';

/**
 * What deserves a native notification. Decided from what was announced before and from one snapshot alone,
 * so that the same rules hold for the tray app, for tests and for any other view.
 */
export type Notice =
  | {
      readonly kind: 'failure';
      readonly id: string;
      readonly context: string;
      readonly incident: string;
      /** A click may fix: a mirror can heal it, writing was agreed to, and no rescue is under way. */
      readonly fixable: boolean;
    }
  /** Several at once, said in one: what was already broken when its context was first read, or a burst. */
  | {
      readonly kind: 'several-failures';
      readonly id: string;
      readonly incidents: readonly IncidentRef[];
      readonly alreadyBroken: boolean;
    }
  | { readonly kind: 'healed'; readonly id: string; readonly context: string; readonly incident: string }
  | { readonly kind: 'gave-up'; readonly id: string; readonly context: string; readonly incident: string }
  | {
      /**
       * `restore-ready`: a click restarts them with their own images; `restored`: they run again; `swapped-back`: they did
       * not start, and are on the mirror again.
       */
      readonly kind: RestoreNews;
      readonly id: string;
      readonly context: string;
      readonly restores: readonly string[];
    };

export type RestoreNews = 'restore-ready' | 'restored' | 'swapped-back';

export interface IncidentRef {
  readonly context: string;
  readonly incident: string;
}

/** What has been announced already; plain data, so that a test can write it down. */
export interface NoticeMemory {
  /** Contexts whose first full list has been seen. */
  readonly contextsSeen: readonly string[];
  /** When the first of several contexts that are still being read became live; null when none waits. */
  readonly waitingSince: number | null;
  readonly incidents: Readonly<Record<string, IncidentMemory>>;
  /** What was last known of each restore. */
  readonly restores: Readonly<Record<string, RestoreMemory>>;
}

export interface RestoreMemory {
  readonly is: RestoreNews | 'other';
  readonly announced: boolean;
  /** Since when it is so, in milliseconds since the epoch. */
  readonly since: number;
}

export interface IncidentMemory {
  readonly now: 'absent' | IncidentView['progress']['is'];
  /** The failure that lasts has been announced, alone or with others. */
  readonly announced: boolean;
  /** When a failure of this incident was last announced, in milliseconds since the epoch; null for never. */
  readonly announcedAt: number | null;
  readonly gaveUp: { readonly why: string; readonly retryAt: number | null } | null;
  /** A person started the present rescue earlier than the app would have tried again. */
  readonly startedByPerson: boolean;
}

export const noNoticesYet: NoticeMemory = {
  contextsSeen: [],
  waitingSince: null,
  incidents: {},
  restores: {},
};

/** A failure that comes and goes is announced once in this time, in milliseconds. */
export const cooldown = 10 * 60_000;
/** More new failures than this in one snapshot are told in one notice. */
const burst = 3;
/** How long the first notice waits for other contexts that are still being read, in milliseconds. */
const patience = 10_000;
/** How long the pods that were restored one after the other are gathered for one notice at most, in milliseconds. */
const gathering = 60_000;

/** The notices that a snapshot calls for, and what to remember. `now` is in milliseconds since the epoch. */
export function nextNotices(
  memory: NoticeMemory,
  state: AppState,
  now: number,
): { readonly memory: NoticeMemory; readonly notices: readonly Notice[] } {
  const contexts = new Map(state.contexts.filter(isOn).map((context) => [context.name, context]));
  const first = firstReadings(memory, [...contexts.values()], now);
  const speaks = (name: string) => first.known.has(name) || first.fresh.has(name);
  const views = state.incidents.filter((incident) => speaks(incident.context));

  const notices: Notice[] = [];
  const incidents: Record<string, IncidentMemory> = {};
  const fresh: IncidentView[] = [];
  const alreadyBroken: IncidentView[] = [];
  for (const view of views) {
    const key = keyOf(view);
    const before = memory.incidents[key];
    let after = follow(before, view);
    const outcome = announceOutcome(before, after, view, now);
    if (outcome) notices.push(outcome);
    const context = contexts.get(view.context);
    if (context && wantsFailureNotice(after, view, context, now)) {
      (first.fresh.has(view.context) ? alreadyBroken : fresh).push(view);
      after = { ...after, announced: true, announcedAt: now };
    }
    incidents[key] = after;
  }
  notices.push(...failureNotices(alreadyBroken, 1, true, contexts, now));
  notices.push(...failureNotices(fresh, burst, false, contexts, now));
  const restores = restoreNotices(memory, state, contexts, now);
  notices.push(...restores.notices);

  for (const [key, before] of Object.entries(memory.incidents)) {
    const cooling = before.announcedAt !== null && now - before.announcedAt < cooldown;
    if (!(key in incidents) && cooling) incidents[key] = { ...before, ...gone };
  }
  return {
    memory: {
      contextsSeen: [...first.known, ...first.fresh],
      waitingSince: first.waitingSince,
      incidents,
      restores: restores.memory,
    },
    notices,
  };
}

/** Whether a person's click can start a rescue of this incident right away. */
export function isFixable(incident: IncidentView, context: ContextView): boolean {
  return context.agreed && canBeHealed(incident) && incident.progress.is !== 'rescuing';
}

/** Whether a rescue of this incident is possible at all, agreed to or not. */
export function canBeHealed(incident: IncidentView): boolean {
  return (
    incident.candidates.length > 0 &&
    incident.diagnosis.healable !== 'no' &&
    incident.refusal === null &&
    incident.progress.is !== 'healed'
  );
}

const isOn = (context: ContextView): boolean => context.watch && context.status.is !== 'off';
const keyOf = (view: IncidentView): string => `${view.context}\n${view.id}`;
const gone = { now: 'absent', announced: false, gaveUp: null, startedByPerson: false } as const;

interface FirstReadings {
  readonly known: ReadonlySet<string>;
  /** Contexts whose first list counts as read with this snapshot. */
  readonly fresh: ReadonlySet<string>;
  readonly waitingSince: number | null;
}

/**
 * Several contexts become live one after the other within a second or so of the start. Their old troubles
 * are told together, so the first waits a little for the others.
 */
function firstReadings(memory: NoticeMemory, contexts: readonly ContextView[], now: number): FirstReadings {
  const known = new Set(memory.contextsSeen.filter((name) => contexts.some((context) => context.name === name)));
  const unseen = contexts.filter((context) => !known.has(context.name));
  const live = unseen.filter((context) => context.status.is === 'live').map((context) => context.name);
  if (live.length === 0) return { known, fresh: new Set(), waitingSince: null };
  const waitingSince = memory.waitingSince ?? now;
  const othersComing = unseen.some((context) => isComing(context.status));
  if (othersComing && now - waitingSince < patience) return { known, fresh: new Set(), waitingSince };
  return { known, fresh: new Set(live), waitingSince: null };
}

function follow(before: IncidentMemory | undefined, view: IncidentView): IncidentMemory {
  const { progress } = view;
  const last = before ?? { ...gone, announcedAt: null };
  const started = progress.is === 'rescuing' && last.now !== 'rescuing';
  return {
    now: progress.is,
    announced: progress.is !== 'healed' && last.announced,
    announcedAt: last.announcedAt,
    gaveUp:
      progress.is === 'gave-up'
        ? { why: progress.why.is, retryAt: progress.retryAt }
        : progress.is === 'healed'
          ? null
          : last.gaveUp,
    startedByPerson: started
      ? last.gaveUp === null || last.gaveUp.retryAt === null || progress.since < last.gaveUp.retryAt
      : last.startedByPerson,
  };
}

/** Healed and gave-up are said when they happen, not when they are met as old knowledge. */
function announceOutcome(
  before: IncidentMemory | undefined,
  after: IncidentMemory,
  view: IncidentView,
  now: number,
): Notice | null {
  if (!before || before.now === 'absent' || before.now === after.now) return null;
  const about = { id: `${after.now} ${keyOf(view)} ${String(now)}`, context: view.context, incident: view.id };
  if (after.now === 'healed') return { kind: 'healed', ...about };
  if (after.now !== 'gave-up') return null;
  // The app's own later trials that end in the same way are no news.
  const repeats = before.gaveUp?.why === after.gaveUp?.why && !before.startedByPerson;
  return repeats ? null : { kind: 'gave-up', ...about };
}

function wantsFailureNotice(after: IncidentMemory, view: IncidentView, context: ContextView, now: number): boolean {
  if (after.now !== 'failing' || after.announced || healsByItself(view, context, now)) return false;
  return after.announcedAt === null || now - after.announcedAt >= cooldown;
}

/** Longer than a minute's requests count against a mirror, in milliseconds. */
const aMoment = 120_000;

const healsByItself = (view: IncidentView, context: ContextView, now: number): boolean =>
  context.auto && view.diagnosis.healable === 'yes' && (isFixable(view, context) || waitsAMoment(view, now));

/** A mirror that was asked much in a minute, or has many pulls under way, is asked again by itself soon. */
const waitsAMoment = ({ refusal }: IncidentView, now: number): boolean =>
  refusal?.code === 'budget' && (refusal.until ?? now) - now <= aMoment;

/** One notice each, up to `limit` of them; one for all beyond. */
function failureNotices(
  views: readonly IncidentView[],
  limit: number,
  alreadyBroken: boolean,
  contexts: ReadonlyMap<string, ContextView>,
  now: number,
): readonly Notice[] {
  if (views.length > limit) {
    const incidents = views.map((view) => ({ context: view.context, incident: view.id }));
    return [{ kind: 'several-failures', id: `several ${String(now)}`, incidents, alreadyBroken }];
  }
  return views.map((view) => {
    const context = contexts.get(view.context);
    return {
      kind: 'failure',
      id: `failure ${keyOf(view)} ${String(now)}`,
      context: view.context,
      incident: view.id,
      fixable: context !== undefined && isFixable(view, context),
    };
  });
}

const restoreKey = (restore: { readonly context: string; readonly id: string }) => `${restore.context}\n${restore.id}`;

/** One of each kind and context. What was met as old knowledge is no news, and what the app goes on with by itself is none yet. */
function restoreNotices(
  { restores: known }: NoticeMemory,
  state: AppState,
  contexts: ReadonlyMap<string, ContextView>,
  now: number,
): { readonly memory: NoticeMemory['restores']; readonly notices: readonly Notice[] } {
  const memory: Record<string, RestoreMemory> = {};
  const notices: Notice[] = [];
  for (const [name, context] of contexts) {
    const here = state.restores.filter((restore) => restore.context === name);
    const entries = here.map((restore) => {
      const before = known[restoreKey(restore)];
      const is = newsOf(restore);
      // that one failed before this app was started is old
      const isOld = before === undefined && is === 'swapped-back';
      const same = before?.is === is ? before : { is, announced: isOld, since: now };
      return { restore, entry: same };
    });
    const pending = entries.filter(({ entry }) => !entry.announced);
    const isBusy = here.some((restore) => restore.state.is === 'restoring');
    const told = new Set<RestoreMemory>();
    for (const kind of ['restore-ready', 'restored', 'swapped-back'] as const) {
      const news = pending.filter(({ entry }) => entry.is === kind);
      const since = news.reduce((first, { entry }) => Math.min(first, entry.since), now);
      const waits = kind === 'restored' && isBusy && now - since < gathering;
      const byItself = kind === 'restore-ready' && context.agreed && state.settings.contexts[name]?.restore === true;
      if (news.length === 0 || waits || byItself) continue;
      const restores = news.map(({ restore }) => restore.id);
      notices.push({ kind, id: `${kind} ${name} ${String(now)}`, context: name, restores });
      for (const { entry } of news) told.add(entry);
    }
    for (const { restore, entry } of entries)
      memory[restoreKey(restore)] = told.has(entry) ? { ...entry, announced: true } : entry;
  }
  return { memory, notices };
}

function newsOf({ state, restarts }: RestoreView): RestoreMemory['is'] {
  if (state.is === 'ready') return 'restore-ready';
  if (state.is === 'held' && state.why.is === 'failed-and-swapped-back') return 'swapped-back';
  // what went back for nothing is nobody's news
  return state.is === 'free' && state.how === 'restored' && restarts !== 0 ? 'restored' : 'other';
}
