import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RestoreState, RestoreView } from '../../electron/domain/appState';
import type { MirrorLimits } from '../../electron/domain/mirrors/mirrorBudget';
import { prefixRule } from '../../electron/domain/mirrors/mirrors';
import type { RestoreLimits } from '../../electron/domain/restore/restoreState';
import { defaultSettings, type MirrorRule, type Settings } from '../../electron/domain/settings';
import { createApplication, type Application } from '../../electron/engine/application';
import type { EngineEvent, EngineEventName } from '../../electron/engine/engineEvent';
import type { MirrorProbe } from '../../electron/engine/ports';
import { machineClock } from '../../electron/engine/machineClock';
import { fileJournal } from '../../electron/files/journal';
import { kubeconfigSource } from '../../electron/kube/kubeconfig';
import type { TestCluster, TestUser } from '../cluster/testCluster';
import { eventually } from '../setup/eventually';

export interface AppOptions {
  readonly mode: 'watch' | 'auto';
  readonly user?: TestUser;
  /** Hosts, in order of trial; the cluster's two when absent. */
  readonly mirrors?: readonly string[];
  readonly noProxy?: readonly string[];
  /** Whether nodes give images their own names; the namespace of the Jobs that make them do it. */
  readonly retag?: boolean;
  readonly retagNamespace?: string;
  /** Only these are watched; all when absent. */
  readonly namespaces?: readonly string[];
  /** Label selector of further nodes that healed images go onto. */
  readonly prepull?: string;
  /** What is ready to be restored is restored without a click. */
  readonly restore?: boolean;
  readonly restoreLimits?: Partial<RestoreLimits>;
  /** What the mirror on a host bans for. */
  readonly mirrorLimits?: (host: string) => MirrorLimits;
  /** What this computer is told where it asks the mirrors itself; it asks none when absent. */
  readonly mirrorProbe?: MirrorProbe;
}

/** The events that were seen so far, and waiting for one. */
class EventLog {
  readonly events: EngineEvent[] = [];

  async next(event: EngineEventName, about: Partial<EngineEvent> = {}, limitMs = 45_000): Promise<EngineEvent> {
    const matches = (candidate: EngineEvent) =>
      candidate.event === event &&
      Object.entries(about).every(([key, value]) => candidate[key as keyof EngineEvent] === value);
    return eventually(() => this.events.find(matches), limitMs).catch((error: unknown) => {
      const seen = this.events.map((each) => JSON.stringify(each)).join('\n');
      throw new Error(`no event ${event} ${JSON.stringify(about)} within ${String(limitMs)} ms; seen:\n${seen}`, {
        cause: error,
      });
    });
  }

  has(event: EngineEventName): boolean {
    return this.events.some((candidate) => candidate.event === event);
  }
}

/** The engine in this process, against the cluster as one of its users. */
export class RunningApp extends EventLog {
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'pullthrough-scenario-'));
  readonly application: Application;
  readonly context: string;

  constructor(cluster: TestCluster, options: AppOptions) {
    super();
    const {
      mode,
      user = 'app',
      mirrors,
      noProxy = [],
      namespaces = [],
      restoreLimits,
      mirrorLimits,
      mirrorProbe,
      prepull,
    } = options;
    const { restore = false, retag = false, retagNamespace = defaultSettings.retagNamespace } = options;
    this.context = user;
    const auto = mode === 'auto';
    let settings: Settings = {
      ...defaultSettings,
      mirrors: rulesOf(mirrors ?? [cluster.mirrors.first, cluster.mirrors.second]),
      noProxy: [...noProxy],
      probedMirrors: mirrorProbe ? [cluster.mirrors.first, cluster.mirrors.second] : [],
      contexts: {
        [user]: { watch: true, auto, agreed: auto, restore, retag, ...(prepull !== undefined && { prepull }) },
      },
      retagNamespace,
    };
    const places = { explicit: [cluster.kubeconfig(user)], environment: undefined, home: this.directory };
    this.application = createApplication({
      settings: {
        read: () => settings,
        write: (changed) => {
          settings = changed;
        },
      },
      journal: fileJournal(path.join(this.directory, 'journal.jsonl')),
      contexts: kubeconfigSource(places, machineClock, Math.random),
      clock: machineClock,
      demo: false,
      namespaces,
      ...(mirrorProbe && { mirrorProbe }),
      limits: {
        ...(restoreLimits && { restore: restoreLimits }),
        ...(mirrorLimits && { mirrors: mirrorLimits }),
      },
    });
    this.application.onEvent((event) => this.events.push(event));
  }

  /** Waits until a rescue of every incident would have begun, where one begins by itself: it gathers pods for 1.5 s. */
  async couldHaveBegun(): Promise<void> {
    await eventually(() => {
      const { incidents } = this.application.state();
      return incidents.length > 0 && incidents.every(({ firstSeen }) => firstSeen < Date.now() - 3_000);
    }, 45_000);
  }

  /** What a click on Fix does. */
  async fix(imagePart: string): Promise<void> {
    const incident = await eventually(
      () => this.application.state().incidents.find(({ id, refusal }) => id.includes(imagePart) && refusal === null),
      45_000,
    );
    const answer = await this.application.command('fix', { context: this.context, incident: incident.id, agree: true });
    if (!answer.ok) throw new Error(answer.error.message);
  }

  /** The restore of the only swapped pod, once it is in this state. */
  restore(is: RestoreState['is']): Promise<RestoreView> {
    return eventually(() => this.application.state().restores.find(({ state }) => state.is === is), 45_000);
  }

  /** What a click on Check or on Restore does. */
  async click(name: 'checkRestore' | 'restore', { context, id }: RestoreView): Promise<void> {
    const answer = await this.application.command(name, { context, restore: id });
    if (!answer.ok) throw new Error(answer.error.message);
  }

  async stop(): Promise<void> {
    await this.application.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/**
 * The command `pullthrough run --mode auto --json` as a process of its own, which can be killed. `timeAhead`: by so many
 * milliseconds its time is ahead of the machine's, and can be turned on further; absent: it is the machine's.
 */
export class AppProcess extends EventLog {
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;

  constructor(
    cluster: TestCluster,
    stateDir: string,
    kubeconfig = cluster.kubeconfig('app'),
    more: readonly string[] = [],
    timeAhead?: number,
  ) {
    super();
    const { first, second } = cluster.mirrors;
    const command = path.resolve(import.meta.dirname, '../../dist/headless/pullthrough.cjs');
    const flags = ['--kubeconfig', kubeconfig, '--mode', 'auto', '--mirror', first, '--mirror', second];
    const turnable = timeAhead === undefined ? [] : ['--import', path.join(import.meta.dirname, 'turnableTime.mjs')];
    const args = [...turnable, command, 'run', '--json', '--state-dir', stateDir, ...flags, ...more];
    this.child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit', ...(timeAhead === undefined ? [] : ['ipc' as const])],
      env: { ...process.env, TIME_AHEAD: String(timeAhead) },
    });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.stdout)
      createInterface({ input: this.child.stdout }).on('line', (line) =>
        this.events.push(JSON.parse(line) as EngineEvent),
      );
  }

  /** So much time has passed for it, all at once; in milliseconds. */
  turnTime(ms: number): void {
    this.child.send({ turn: ms });
  }

  /** Ends it with SIGKILL the moment that the event is printed. */
  async killAt(event: EngineEventName): Promise<void> {
    await this.next(event);
    await this.kill();
  }

  /** When it has ended, however that came. */
  get gone(): Promise<number | null> {
    return this.ended;
  }

  /** Ends it with SIGKILL; safe to call again. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** The exit code after SIGTERM. */
  async terminate(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

function rulesOf(hosts: readonly string[]): MirrorRule[] {
  return hosts.map((host) => {
    const rule = prefixRule(host);
    if (!rule.ok) throw new Error(rule.why);
    return rule.rule;
  });
}
