import { stripVTControlCharacters } from 'node:util';
import type { Clock } from '../../engine/ports';
import { NoAnswer } from '../apiConnection';
import type { ExecEntry } from '../config/entries';
import { unusable } from './credentialFile';
import { execInfo, parseCredential, type PluginCluster, type PluginCredential } from './execCredential';
import type { PluginEnd, runPlugin } from './pluginProcess';
import { holdsControl } from './requestHeaders';
import { usablePair } from './tlsMaterial';

/** The surroundings that plugins run in. */
export interface PluginHost {
  readonly environment: NodeJS.ProcessEnv;
  /** The PATH that commands are looked for in; waited for before the first run. */
  readonly searchPath: () => Promise<string>;
  readonly run: typeof runPlugin;
}

/** Long enough for somebody who logs in in the browser that a plugin opens; milliseconds. */
const limitMs = 5 * 60_000;
/** A run that failed is not repeated sooner than this, so that many requests do not start as many plugins. */
const holdMs = 5000;
/** A server that refuses also what a new run gave is not worth more than one run in this time. */
const dropAgainMs = 60_000;
/** What is about to expire is renewed this long before, or at a tenth of its life where that is shorter. */
const renewMs = 30_000;

/** One plugin as a user of the kubeconfig names it. All requests share one run, and what it gave. */
export class ExecPlugin {
  private current: PluginCredential | null = null;
  private renewAt = Infinity;
  private droppedAt = -Infinity;
  private running: Promise<PluginCredential> | null = null;
  private failed: { readonly at: number; readonly error: NoAnswer } | null = null;

  /** @param user for people. @param cluster what the plugin is told of the cluster; null where it does not ask */
  constructor(
    private readonly user: string,
    private readonly entry: ExecEntry,
    private readonly cluster: (() => Promise<PluginCluster>) | null,
    private readonly host: PluginHost,
    private readonly clock: Clock,
  ) {}

  /** The credential as it is to be used now. Throws NoAnswer. */
  async get(): Promise<PluginCredential> {
    const now = this.clock.now();
    if (this.current && now < this.renewAt) return this.current;
    const last = this.current;
    if (this.failed && now >= this.failed.at && now - this.failed.at < holdMs)
      return usableStill(last, now, this.failed.error);
    this.running ??= this.start().finally(() => {
      this.running = null;
    });
    return this.running.catch((error: unknown) => usableStill(last, this.clock.now(), error));
  }

  /** The server has refused this credential: the next request has another one, unless one was just had. */
  refused(used: { readonly token: string; readonly cert: string | null }): void {
    const { current } = this;
    if (!current || current.token !== used.token || (current.pair?.cert ?? null) !== used.cert) return;
    const now = this.clock.now();
    if (now >= this.droppedAt && now - this.droppedAt < dropAgainMs) return;
    this.droppedAt = now;
    this.current = null;
    this.failed = null;
  }

  private async start(): Promise<PluginCredential> {
    try {
      const credential = await this.run();
      this.failed = null;
      this.keep(credential);
      return credential;
    } catch (error) {
      const problem = error instanceof NoAnswer ? error : unusable(`${this.name} could not be run`);
      this.failed = { at: this.clock.now(), error: problem };
      throw problem;
    }
  }

  private keep(credential: PluginCredential): void {
    const now = this.clock.now();
    const { expires } = credential;
    // a plugin that keeps its answers gives the same one until its end
    const same = this.current !== null && this.current.expires === expires;
    this.current = credential;
    if (expires === null) this.renewAt = Infinity;
    else this.renewAt = same ? expires : expires - Math.min(renewMs, Math.max(0, expires - now) / 10);
  }

  private async run(): Promise<PluginCredential> {
    const { entry, host, cluster, user } = this;
    const searchPath = await host.searchPath();
    const info = execInfo(entry, cluster && (await cluster()));
    const end = await host.run({
      command: entry.command,
      args: entry.args,
      environment: {
        ...host.environment,
        ...(process.platform !== 'win32' && { PATH: searchPath }),
        ...Object.fromEntries(entry.env.map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: info,
      },
      searchPath,
      limitMs,
    });
    if (end.is !== 'printed') throw unusable(`${this.name} ${this.sentence(end)}`);
    const credential = parseCredential(end.output, entry.apiVersion);
    if ('problem' in credential) throw unusable(`${this.name} ${credential.problem}`);
    const pair = credential.pair && usablePair(credential.pair, `user "${user}", which a plugin gave,`);
    return { ...credential, pair };
  }

  private get name(): string {
    return `the credential plugin "${this.entry.command}" of user "${this.user}"`;
  }

  private sentence(end: Exclude<PluginEnd, { is: 'printed' }>): string {
    switch (end.is) {
      case 'missing': {
        const hint = oneLine(this.entry.installHint);
        return `is not installed${hint === '' ? '' : `: ${hint}`}`;
      }
      case 'late':
        return `has not ended within ${limitMs / 60_000} minutes`;
      case 'failed': {
        const words = shownWords(end.lastWords);
        return `${end.why}${words === '' ? '' : `: ${words}`}`;
      }
    }
  }
}

/** What is still valid while it cannot be renewed. */
function usableStill(last: PluginCredential | null, now: number, error: unknown): PluginCredential {
  if (last && (last.expires === null || now < last.expires)) return last;
  throw error;
}

function oneLine(text: string): string {
  const words = stripVTControlCharacters(text).split(/\s+/);
  // a word with another control character in it was not meant for people
  return words.filter((word) => word !== '' && !holdsControl(word)).join(' ');
}

/** The last line that a plugin wrote for people, without anything that may be a secret. */
function shownWords(text: string): string {
  const [last = ''] = text.trimEnd().split('\n').slice(-1);
  return oneLine(last).split(' ').map(withoutSecret).join(' ').slice(0, 300);
}

/** Long words are tokens, or paths: those are of use. */
function withoutSecret(word: string): string {
  if (word.length < 24) return word;
  const isPath =
    /^["'(]?(?:~|\.{1,2}|[A-Za-z]:)?[/\\]/.test(word) && word.split(/[/\\]/).every((part) => part.length < 40);
  return isPath ? word : '…';
}
