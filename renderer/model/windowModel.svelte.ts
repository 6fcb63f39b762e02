import { createContext, untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { AppState, ContextView, IncidentView } from '../../electron/domain/appState';
import type {
  Bridge,
  CommandAnswer,
  CommandError,
  CommandName,
  CommandPayload,
  Result,
  ShowTarget,
} from '../../electron/ipc/contract';
import { incidentKey } from '../view/failingScreen';
import { speechFor, type Speech } from '../words';
import { Examinations } from './examinations.svelte';

export const sections = ['failing', 'cached', 'restores', 'activity', 'contexts', 'settings'] as const;
export type Section = (typeof sections)[number];

/** A page over its section, that one comes back from: an incident, by its key, or a context's own settings and examination. */
export type Page =
  | { readonly is: 'incident'; readonly key: string }
  | { readonly is: 'context'; readonly name: string; readonly view: ContextPageView };
export type ContextPageView = 'settings' | 'examination';

/** What the window needs of its surroundings besides the bridge. */
export interface WindowSurroundings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** BCP 47. */
  readonly locale: () => string;
}

/** A command whose answer is on its way, or has come and is not yet in the state. */
interface Pending {
  readonly count: number;
}

/** How long an answered command waits for the snapshot that shows its effect. */
const settleLimit = 1500;

/**
 * The window's own state: where one is, and which commands are under way. What is true of the clusters comes
 * from the bridge alone, as one snapshot that is replaced as a whole.
 */
export class WindowModel {
  state = $state.raw<AppState | null>(null);
  now = $state(0);
  section = $state<Section>('failing');
  page = $state<Page | null>(null);
  /** The page whose row gets the focus back when it is left. */
  #left: Page | null = null;
  /** False when the process behind a page in a browser has stopped answering. */
  connected = $state(true);

  readonly speech: Speech = $derived.by(() =>
    speechFor(this.state?.settings.language ?? 'system', this.#surroundings.locale()),
  );

  readonly examinations = new Examinations(this);

  readonly #bridge: Bridge;
  readonly #surroundings: WindowSurroundings;
  readonly #pending = new SvelteMap<string, Pending>();
  readonly #failed = new SvelteMap<string, CommandError>();
  /** Called with each new snapshot; nothing on the screen depends on it. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that must not make anything run again
  readonly #waiting = new Set<() => void>();
  #shownBeforeState: ShowTarget | null = null;
  /** The process may be a new one, whose versions count from the start again. */
  #restarted = false;

  constructor(bridge: Bridge, surroundings: WindowSurroundings) {
    this.#bridge = bridge;
    this.#surroundings = surroundings;
    this.now = surroundings.now();
  }

  get platform(): Bridge['platform'] {
    return this.#bridge.platform;
  }

  /** Follows the bridge until the returned function is called. */
  start(): () => void {
    const stops = [
      this.#bridge.onState((state) => this.#take(state)),
      this.#bridge.onShow((target) => this.show(target)),
      this.#bridge.onConnection?.((connected) => this.#connection(connected)) ?? (() => undefined),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Moves the ages on. */
  tick(): void {
    this.now = this.#surroundings.now();
  }

  context(name: string): ContextView | undefined {
    return this.state?.contexts.find((context) => context.name === name);
  }

  get openIncident(): IncidentView | undefined {
    const { page } = this;
    if (page?.is !== 'incident') return undefined;
    return this.state?.incidents.find((incident) => incidentKey(incident) === page.key);
  }

  go(section: Section): void {
    this.section = section;
    this.page = null;
  }

  /** Opens the details of an incident, by its key. */
  open(key: string): void {
    this.section = 'failing';
    this.#turnTo({ is: 'incident', key });
  }

  openContext(name: string, view: ContextPageView): void {
    this.section = 'contexts';
    this.#turnTo({ is: 'context', name, view });
  }

  /** Whether this row's page was the last to be left; only the first that asks is told so. */
  comesBackTo(page: Page): boolean {
    const left = this.#left;
    if (left === null || JSON.stringify(left) !== JSON.stringify(page)) return false;
    this.#left = null;
    return true;
  }

  show(target: ShowTarget): void {
    if ('section' in target) return this.go(target.section);
    if (this.state === null) {
      this.#shownBeforeState = target;
      return;
    }
    const incident = this.state.incidents.find(
      ({ id, context }) => id === target.incident && context === (target.context ?? context),
    );
    if (incident) this.open(incidentKey(incident));
    else this.go('failing');
  }

  /** The context whose fix is shown, object by object, over its findings. */
  get shownFix(): string | null {
    const { page } = this;
    if (page?.is !== 'context' || page.view !== 'examination') return null;
    return this.examinations.of(page.name).shown === null ? null : page.name;
  }

  /** One step back: from a fix to the findings, from details to their list, from anything else out of the window. */
  back(): void {
    const { shownFix } = this;
    if (shownFix !== null) this.examinations.show(shownFix, null);
    else if (this.page !== null) this.page = null;
    else if (this.platform === 'electron') void this.send('window', 'hideWindow', {});
  }

  /**
   * Sends a command on behalf of a row. The row is busy until the answer is there and, where the answer changes
   * the state, until the next snapshot; a failure stays on the row until its next command.
   */
  send<N extends CommandName>(row: string, name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>> {
    // An effect that sends must not come to depend on the bookkeeping of what it sends.
    return untrack(() => this.#send(row, name, payload));
  }

  async #send<N extends CommandName>(
    row: string,
    name: N,
    payload: CommandPayload<N>,
  ): Promise<Result<CommandAnswer<N>>> {
    this.#failed.delete(row);
    this.#pending.set(row, { count: (this.#pending.get(row)?.count ?? 0) + 1 });
    const version = this.state?.version ?? -1;
    const result = await this.#answer(name, payload);
    if (!result.ok) this.#failed.set(row, result.error);
    else if (!changesNothing.has(name)) await this.#laterThan(version);
    const left = (this.#pending.get(row)?.count ?? 1) - 1;
    if (left > 0) this.#pending.set(row, { count: left });
    else this.#pending.delete(row);
    return result;
  }

  isBusy(row: string): boolean {
    return this.#pending.has(row);
  }

  failure(row: string): CommandError | undefined {
    return this.#failed.get(row);
  }

  dismiss(row: string): void {
    this.#failed.delete(row);
  }

  #turnTo(page: Page): void {
    this.page = page;
    this.#left = page;
  }

  #connection(connected: boolean): void {
    this.connected = connected;
    if (!connected) this.#restarted = true;
  }

  #take(state: AppState): void {
    if (this.state !== null && state.version < this.state.version && !this.#restarted) return;
    this.#restarted = false;
    this.state = state;
    this.now = this.#surroundings.now();
    for (const resume of [...this.#waiting]) resume();
    const target = this.#shownBeforeState;
    this.#shownBeforeState = null;
    if (target) this.show(target);
  }

  async #answer<N extends CommandName>(name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>> {
    try {
      return await this.#bridge.send(name, payload);
    } catch (error) {
      return { ok: false, error: { code: 'failed', message: error instanceof Error ? error.message : String(error) } };
    }
  }

  #laterThan(version: number): Promise<void> {
    if ((this.state?.version ?? -1) > version) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(limit);
        this.#waiting.delete(done);
        resolve();
      };
      const limit = setTimeout(done, settleLimit);
      this.#waiting.add(done);
    });
  }
}

const changesNothing: ReadonlySet<CommandName> = new Set<CommandName>([
  'tryRewrite',
  'copyText',
  'openPath',
  'hideWindow',
  'chooseKubeconfig',
  'chooseAllowList',
  'importRules',
  'exportRules',
  'examine',
  'describeRetag',
]);

export const [useWindow, provideWindow] = createContext<WindowModel>();
