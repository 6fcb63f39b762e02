import type { ActivityEntry, AppState, Problem } from '../domain/appState';
import { rewrite, validateRule } from '../domain/mirrors/mirrors';
import { knownLimits } from '../domain/mirrors/mirrorHosts';
import { nextNotices, noNoticesYet, type Notice } from '../domain/views/notices';
import { rescueLimits } from '../domain/rescue/rescueState';
import { restoreLimits } from '../domain/restore/restoreState';
import { retagLimits } from '../domain/retag/retagState';
import { unchosenContext, type ContextSettings, type Settings } from '../domain/settings';
import type { CommandAnswer, CommandName, CommandPayload, Result, RewriteTry } from '../ipc/contract';
import type { ApplicationParts } from './applicationParts';
import { noticingSetBack } from './clockSetBack';
import { ContextEngine } from './contextEngine';
import { dryRunEvent, type EngineEvent } from './engineEvent';
import { Listeners } from './listeners';
import { MirrorAccess } from './mirrors/mirrorAccess';
import type { Clock, ContextHandle, ContextReading } from './ports';
import { Refused } from './refused';
import { decidesOtherwise, withChanges, writesByItself } from './settingsChange';

/** The engine as its surroundings see it: one state, notices, commands. The same with and without a desktop. */
export interface Application {
  state(): AppState;
  /** Calls back after each change, at most some ten times a second, until the returned function is called. */
  onState(listener: (state: AppState) => void): () => void;
  onNotice(listener: (notice: Notice) => void): () => void;
  /** Everything that happens, as it happens. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Never throws: what goes wrong comes back as data. The payload has passed its schema. */
  command<N extends EngineCommand>(name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>>;
  /** The computer woke up: every stream is checked at once instead of after its silence limit. */
  resumeAfterSleep(): void;
  /** Stops watching. What is in flight stays in the journal, for the next start. */
  stop(): Promise<void>;
}

/** Commands that need a desktop are the shell's. */
export type EngineCommand = Exclude<
  CommandName,
  'chooseKubeconfig' | 'chooseAllowList' | 'importRules' | 'exportRules' | 'openPath' | 'copyText' | 'hideWindow'
>;

/** At most ten pushes a second, in milliseconds; a window cannot show more. */
const pushEvery = 100;
const activityKept = 200;

export function createApplication(parts: ApplicationParts): Application {
  return new Engine(parts);
}

class Engine implements Application {
  private readonly engines = new Map<string, { readonly fingerprint: string; readonly engine: ContextEngine }>();
  private readonly stateListeners = new Listeners<AppState>();
  private readonly noticeListeners = new Listeners<Notice>();
  private readonly eventListeners = new Listeners<EngineEvent>();
  private readonly journalProblem: Problem | null;
  private readonly mirrors: MirrorAccess;
  private settings: Settings;
  private reading: ContextReading = { files: [], broken: [], contexts: [], current: null };
  private unfollow: () => void;
  private activity: readonly ActivityEntry[] = [];
  private activityCount = 0;
  private version = 0;
  private notices = noNoticesYet;
  private cancelPush: (() => void) | null = null;

  private readonly clock: Clock;

  constructor(private readonly parts: ApplicationParts) {
    const clock = noticingSetBack(parts.clock, () => {
      this.clockSetBack();
    });
    this.clock = clock;
    this.settings = parts.settings.read();
    const { problem } = parts.journal.load();
    this.journalProblem =
      problem === null ? null : { kind: 'journal-unusable', path: parts.journal.path, detail: problem };
    this.mirrors = new MirrorAccess({
      clock,
      settings: () => this.settings,
      store: parts.mirrorUse ?? { read: () => ({}), write: () => undefined },
      limitsOf: parts.limits?.mirrors ?? knownLimits,
      probe: parts.mirrorProbe ?? null,
      allowLists: parts.allowLists ?? null,
      pulls: () => [...this.engines.values()].flatMap(({ engine }) => engine.pulls()),
      event: (event) => {
        this.tell({ time: new Date(clock.now()).toISOString(), context: '', ...event });
      },
      freed: () => {
        for (const { engine } of this.engines.values()) engine.lookAgain();
      },
    });
    this.unfollow = this.follow();
  }

  state(): AppState {
    const engines = [...this.engines.values()].map(({ engine }) => engine);
    return {
      version: this.version,
      at: this.clock.now(),
      demo: this.parts.demo,
      kubeconfigFiles: this.reading.files,
      problems: this.problems(),
      contexts: this.reading.contexts.map(({ name, server }) => {
        const settings = this.contextSettings(name);
        const engine = this.engines.get(name)?.engine;
        const off = { name, server, status: { is: 'off' } as const, ...settings, pods: 0, fledged: 'unknown' as const };
        return engine ? engine.view(settings) : off;
      }),
      incidents: engines.flatMap((engine) => engine.incidents()),
      caches: engines.flatMap((engine) => engine.caches()),
      restores: engines.flatMap((engine) => engine.restores()),
      mirrors: this.mirrors.views,
      activity: this.activity,
      settings: this.settings,
    };
  }

  onState(listener: (state: AppState) => void): () => void {
    return this.stateListeners.add(listener);
  }

  onNotice(listener: (notice: Notice) => void): () => void {
    return this.noticeListeners.add(listener);
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    return this.eventListeners.add(listener);
  }

  async command<N extends EngineCommand>(name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>> {
    try {
      return { ok: true, value: await this.commands[name](payload) };
    } catch (error) {
      if (error instanceof Refused) return { ok: false, error: error.error };
      return { ok: false, error: { code: 'failed', message: (error as Error).message } };
    }
  }

  resumeAfterSleep(): void {
    this.mirrors.look();
    for (const { engine } of this.engines.values()) engine.resume();
  }

  async stop(): Promise<void> {
    this.unfollow();
    this.cancelPush?.();
    const engines = [...this.engines.values()];
    this.engines.clear();
    await Promise.all(engines.map(({ engine }) => engine.stop(true)));
    this.mirrors.stop();
  }

  private readonly commands: {
    [N in EngineCommand]: (payload: CommandPayload<N>) => CommandAnswer<N> | Promise<CommandAnswer<N>>;
  } = {
    fix: ({ context, incident, agree }) => {
      const engine = this.engineOf(context);
      if (agree) this.changeContext(context, { agreed: true });
      this.fixOne(this.writable(context, engine), incident);
      return null;
    },
    swapNow: ({ context, incident }) => {
      if (!this.writable(context).swapNow(incident))
        throw new Refused('not-found', 'None of its pods is waiting any more.');
      return null;
    },
    fixAll: () => {
      for (const [name, { engine }] of this.engines) {
        if (!this.contextSettings(name).agreed) continue;
        for (const { id, refusal, progress } of engine.incidents())
          if (!refusal && progress.is !== 'rescuing' && progress.is !== 'healed') engine.fix(id);
      }
      return null;
    },
    setContext: ({ context, settings }) => {
      if (!this.reading.contexts.some(({ name }) => name === context))
        throw new Refused('not-found', `There is no context ${context}.`);
      const { prepull, ...before } = this.contextSettings(context);
      const { prepull: ahead = prepull, ...others } = settings;
      const wanted: ContextSettings = {
        ...withChanges(before, others),
        ...(ahead !== null && ahead !== undefined && { prepull: ahead }),
      };
      const what = writesByItself(wanted);
      if (what !== null && !wanted.agreed)
        throw new Refused('not-agreed', `${what} writes to ${context}; that has not been agreed to yet.`);
      this.setContext(context, wanted);
      return null;
    },
    retryContext: ({ context }) => {
      this.engineOf(context).resume();
      return null;
    },
    checkRestore: ({ context, restore }) => {
      if (!this.writable(context).checkRestore(restore)) throw new Refused('not-found', 'That pod is gone.');
      return null;
    },
    restore: ({ context, restore }) => {
      if (!this.writable(context).restore(restore))
        throw new Refused('not-possible', 'The original image has not been proven on that node.');
      return null;
    },
    restoreFree: () => {
      for (const [name, { engine }] of this.engines) if (this.contextSettings(name).agreed) engine.restoreFree();
      return null;
    },
    examine: ({ context, language }) => this.engineOf(context).examine(language),
    applyFix: ({ context, fix, language }) => this.writable(context).applyFix(fix, language),
    describeRetag: ({ context, language }) => this.engineOf(context).describeRetag(language),
    changeSettings: ({ settings }) => {
      const before = this.settings;
      for (const rule of settings.mirrors ?? []) {
        const wrong = validateRule(rule);
        if (wrong !== null) throw new Refused('bad-request', `${rule.name}: ${wrong}`);
      }
      this.save(withChanges(before, settings));
      if (JSON.stringify(before.kubeconfigs) !== JSON.stringify(this.settings.kubeconfigs)) {
        this.unfollow();
        this.unfollow = this.follow();
      }
      // a change of the colours is no reason to try again what failed
      if (decidesOtherwise(before, this.settings)) for (const { engine } of this.engines.values()) engine.reconsider();
      return null;
    },
    tryRewrite: ({ image, mirrors, noProxy }) =>
      rewrite(image, mirrors, noProxy, this.mirrors.allowList).map((outcome): RewriteTry =>
        'proxied' in outcome
          ? { rule: outcome.rule.name, proxied: outcome.proxied }
          : { rule: outcome.rule.name, refused: outcome.refusal.code, about: outcome.refusal.about },
      ),
  };

  private fixOne(engine: ContextEngine, incident: string): void {
    const refused = engine.fix(incident);
    if (refused === 'not-found') throw new Refused('not-found', 'That failure is over.');
    if (refused === 'spared') throw new Refused('not-possible', 'Every mirror for this has been asked enough for now.');
    if (refused === 'not-possible') throw new Refused('not-possible', 'No mirror can heal this.');
  }

  private engineOf(context: string): ContextEngine {
    const running = this.engines.get(context);
    if (!running) throw new Refused('not-found', `Context ${context} is not being watched.`);
    return running.engine;
  }

  /** For what writes to its cluster. */
  private writable(context: string, engine = this.engineOf(context)): ContextEngine {
    if (!this.contextSettings(context).agreed)
      throw new Refused('not-agreed', `Writing to ${context} has not been agreed to yet.`);
    return engine;
  }

  private follow(): () => void {
    return this.parts.contexts.follow(this.settings.kubeconfigs, (reading) => {
      const told = this.reading.unsavedLogins?.map(({ detail }) => detail);
      this.reading = reading;
      for (const { detail: why } of reading.unsavedLogins ?? [])
        if (!told?.includes(why))
          this.tell({ time: new Date(this.clock.now()).toISOString(), context: '', event: 'error', why });
      this.reconcile();
    });
  }

  /** Starts what is to be watched, stops what is not, and starts anew what is reached another way now. */
  private reconcile(): void {
    const wanted = new Map(
      this.reading.contexts
        .filter(({ name }) => this.contextSettings(name).watch)
        .map((handle) => [handle.name, handle]),
    );
    for (const [name, { fingerprint, engine }] of this.engines) {
      if (wanted.get(name)?.fingerprint === fingerprint) continue;
      this.engines.delete(name);
      void engine.stop(!wanted.has(name));
    }
    for (const [name, handle] of wanted) if (!this.engines.has(name)) this.startEngine(handle);
    this.changed();
  }

  private startEngine(handle: ContextHandle): void {
    const { clock, parts } = this;
    const { journal, limits } = parts;
    const engine = new ContextEngine({
      handle,
      clock,
      journal,
      settings: () => this.settings,
      context: () => this.contextSettings(handle.name),
      namespaces: parts.namespaces ?? [],
      dryRun: parts.dryRun ?? false,
      mirrors: this.mirrors,
      limits: {
        rescue: { ...rescueLimits, ...limits?.rescue },
        restore: { ...restoreLimits, ...limits?.restore },
        retag: { ...retagLimits, ...limits?.retag },
      },
      changed: () => {
        this.changed();
      },
      event: (event) => {
        this.tell({ time: new Date(clock.now()).toISOString(), context: handle.name, ...event });
      },
      activity: (entry) => {
        this.activityCount += 1;
        const full = { id: String(this.activityCount), at: clock.now(), context: handle.name, ...entry };
        this.activity = [full, ...this.activity].slice(0, activityKept);
        const shown = dryRunEvent(full);
        if (shown) this.tell(shown);
        this.changed();
      },
    });
    this.engines.set(handle.name, { fingerprint: handle.fingerprint, engine });
    engine.start();
  }

  /** A file that was written by hand may have on what writes where nobody has agreed to it. */
  private contextSettings(name: string): ContextSettings {
    const chosen = this.settings.contexts[name] ?? unchosenContext;
    const { watch, agreed, namespaces } = chosen;
    return agreed ? chosen : { watch, auto: false, agreed, ...(namespaces && { namespaces }) };
  }

  private changeContext(name: string, change: Partial<ContextSettings>): void {
    this.setContext(name, { ...this.contextSettings(name), ...change });
  }

  private setContext(name: string, settings: ContextSettings): void {
    const before = this.contextSettings(name);
    if (JSON.stringify(settings) === JSON.stringify(before)) return;
    this.save({ ...this.settings, contexts: { ...this.settings.contexts, [name]: settings } });
    this.reconcile();
    const engine = this.engines.get(name)?.engine;
    engine?.reconsider();
    // a namespace that is named now may be the first one that may be read
    if (JSON.stringify(settings.namespaces) !== JSON.stringify(before.namespaces)) engine?.resume();
  }

  private save(settings: Settings): void {
    this.settings = settings;
    this.parts.settings.write(settings);
    this.changed();
  }

  private problems(): readonly Problem[] {
    const { files, broken, unsavedLogins = [], contexts } = this.reading;
    const [path] = files;
    const none = contexts.length === 0 && broken.length === 0 && path !== undefined;
    return [
      ...(this.journalProblem ? [this.journalProblem] : []),
      ...this.mirrors.problems,
      ...broken.map((file) => ({ kind: 'kubeconfig-broken', ...file }) as const),
      ...unsavedLogins.map((login) => ({ kind: 'login-unsaved', ...login }) as const),
      ...(none ? [{ kind: 'no-kubeconfig', path } as const] : []),
    ];
  }

  private tell(event: EngineEvent): void {
    this.eventListeners.tell(event);
  }

  private changed(): void {
    this.cancelPush ??= this.clock.after(pushEvery, () => {
      this.cancelPush = null;
      this.push();
    });
  }

  /** What waits for a time would wait for as long again: every context begins anew, and goes on from the journal. */
  private clockSetBack(): void {
    for (const { engine } of this.engines.values()) void engine.stop(false);
    this.engines.clear();
    this.mirrors.clockSetBack();
    this.reconcile();
  }

  private push(): void {
    this.mirrors.look();
    this.version += 1;
    const state = this.state();
    const { memory, notices } = nextNotices(this.notices, state, state.at);
    this.notices = memory;
    this.stateListeners.tell(state);
    for (const notice of notices) this.noticeListeners.tell(notice);
  }
}
