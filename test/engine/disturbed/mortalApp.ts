import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AppState } from '../../../electron/domain/appState';
import { noLimits } from '../../../electron/domain/mirrors/mirrorBudget';
import { prefixRule } from '../../../electron/domain/mirrors/mirrors';
import {
  defaultSettings,
  type ContextSettings,
  type MirrorRule,
  type Settings,
} from '../../../electron/domain/settings';
import { createApplication, type Application } from '../../../electron/engine/application';
import type { ApplicationParts } from '../../../electron/engine/applicationParts';
import type { EngineEvent } from '../../../electron/engine/engineEvent';
import type { Clock, ContextSource } from '../../../electron/engine/ports';
import { fileJournal } from '../../../electron/files/journal';
import { readKubeconfigs } from '../../../electron/kube/kubeconfig';
import { entriesIn } from './implied';
import { mortalClock, mortalContexts, mortalJournal, type Lifeline } from './lifeline';

/** One computer: the folder that outlives the app's processes. */
export class Computer {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-killed-'));

  get journal(): string {
    return path.join(this.folder, 'journal.jsonl');
  }

  /** How many entries of the journal have not ended. */
  unfinished(): number {
    return fileJournal(this.journal).load().entries.length;
  }

  throwAway(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface MortalAppOptions {
  readonly kubeconfig: string;
  readonly computer: Computer;
  readonly clock: Clock;
  readonly mirrors: readonly string[];
  readonly context: ContextSettings;
  readonly limits?: ApplicationParts['limits'];
  readonly life: Lifeline;
  /** What stands between the app and its clusters besides. */
  readonly through: (contexts: ContextSource) => ContextSource;
}

/** The real application on a real journal file, in this process, to be cut dead at any of its steps. */
export class MortalApp {
  readonly life: Lifeline;
  readonly application: Application;
  readonly events: EngineEvent[] = [];
  readonly context: string;
  private readonly journal: string;

  constructor({ kubeconfig, computer, clock, mirrors, context, limits, life, through }: MortalAppOptions) {
    this.life = life;
    this.journal = computer.journal;
    const mortal = mortalClock(clock, this.life);
    const { contexts } = readKubeconfigs([kubeconfig], mortal, Math.random);
    this.context = contexts[0]?.name ?? '';
    const found: ContextSource = {
      follow: (_extra, listener) => {
        listener({ files: [kubeconfig], broken: [], contexts, current: this.context });
        return () => undefined;
      },
    };
    let settings: Settings = {
      ...defaultSettings,
      mirrors: mirrors.map(ruleOf),
      contexts: { [this.context]: context },
    };
    this.application = createApplication({
      settings: {
        read: () => settings,
        write: (changed) => {
          settings = changed;
        },
      },
      journal: mortalJournal(fileJournal(computer.journal), this.life),
      contexts: mortalContexts(through(found), this.life),
      clock: mortal,
      demo: false,
      limits: {
        mirrors: () => noLimits,
        ...limits,
        // no check begins by itself while leftovers come of age
        restore: { firstPause: 100 * 3_600_000, longestPause: 100 * 3_600_000, ...limits?.restore },
      },
    });
    this.application.onEvent((event) => {
      if (!this.life.isDead()) this.events.push(event);
    });
  }

  get state(): AppState {
    return this.application.state();
  }

  async click(name: 'checkRestore' | 'restore', id: string): Promise<void> {
    await this.application.command(name, { context: this.context, restore: id });
  }

  async fix(incident: string): Promise<void> {
    await this.application.command('fix', { context: this.context, incident, agree: true });
  }

  /** Whether it has begun what it would go on with if it were killed now. */
  get isUnderWay(): boolean {
    return entriesIn(this.journal).length > 0;
  }

  /** What it told a person as having gone wrong. */
  get complaints(): readonly string[] {
    const errors = this.events.filter(({ event }) => event === 'error').map(({ why = '' }) => `error: ${why}`);
    const refused = this.state.activity
      .filter(({ outcome }) => outcome === 'refused')
      .map(({ kind, object, detail }) => `${kind} ${object} refused: ${detail}`);
    return [...errors, ...refused];
  }

  async stop(): Promise<void> {
    this.life.spare();
    if (!this.life.isDead()) await this.application.stop();
  }
}

function ruleOf(host: string): MirrorRule {
  const rule = prefixRule(host);
  if (!rule.ok) throw new Error(rule.why);
  return rule.rule;
}
