import { render } from '@testing-library/svelte';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type { AppState } from '../../electron/domain/appState';
import type {
  Bridge,
  CommandAnswer,
  CommandError,
  CommandName,
  Result,
  RewriteTry,
  ShowTarget,
} from '../../electron/ipc/contract';
import App from '../../renderer/App.svelte';
import { WindowModel } from '../../renderer/model/windowModel.svelte';
import { now } from './stateParts';

export interface Sent {
  readonly name: CommandName;
  readonly payload: unknown;
}

/** A bridge that remembers what is sent, answers as it is told, and like the engine follows up with a snapshot. */
export class FakeBridge implements Bridge {
  readonly platform: Bridge['platform'];
  readonly sent: Sent[] = [];
  tries: readonly RewriteTry[] = [];
  /** What commands bring back; nothing by default. */
  readonly answers: { [N in Exclude<CommandName, 'tryRewrite'>]?: CommandAnswer<N> } = {};
  /** How many commands have their answer. */
  answered = 0;
  #state: AppState | null;
  #refusal: CommandError | null = null;
  #toHold = 0;
  readonly #held: (() => void)[] = [];
  readonly #states = new Set<(state: AppState) => void>();
  readonly #shows = new Set<(target: ShowTarget) => void>();
  readonly #connections = new Set<(connected: boolean) => void>();

  constructor(state: AppState | null, platform: Bridge['platform'] = 'electron') {
    this.#state = state;
    this.platform = platform;
  }

  onState(listener: (state: AppState) => void): () => void {
    this.#states.add(listener);
    if (this.#state) listener(this.#state);
    return () => this.#states.delete(listener);
  }

  onShow(listener: (target: ShowTarget) => void): () => void {
    this.#shows.add(listener);
    return () => this.#shows.delete(listener);
  }

  onConnection(listener: (connected: boolean) => void): () => void {
    this.#connections.add(listener);
    return () => this.#connections.delete(listener);
  }

  async send(name: CommandName, payload: unknown): Promise<Result<never>> {
    this.sent.push({ name, payload });
    const result = await this.#answer(name);
    // Whoever waits for the answer goes on first.
    setTimeout(() => (this.answered += 1));
    return result;
  }

  async #answer(name: CommandName): Promise<Result<never>> {
    const { tries } = this;
    if (this.#toHold > 0) {
      this.#toHold -= 1;
      await new Promise<void>((resume) => this.#held.push(resume));
    }
    // The answer's type hangs on the command's name, which a fake that answers nearly all alike does not know.
    if (name === 'tryRewrite') return { ok: true, value: tries as never };
    if (this.#refusal) return { ok: false, error: this.#refusal };
    if (this.#state) this.become({ ...this.#state, version: this.#state.version + 1 });
    return { ok: true, value: (this.answers[name] ?? null) as never };
  }

  become(state: AppState): void {
    this.#state = state;
    for (const listener of this.#states) listener(state);
  }

  show(target: ShowTarget): void {
    for (const listener of this.#shows) listener(target);
  }

  connection(connected: boolean): void {
    for (const listener of this.#connections) listener(connected);
  }

  /** From now on every command fails with this sentence, or with null none does. */
  refuse(message: string | null): void {
    this.#refusal = message === null ? null : { code: 'failed', message };
  }

  /** The answers to the next commands, all by default, wait until the returned function is called. */
  hold(next = Infinity): () => void {
    this.#toHold = next;
    return () => {
      this.#toHold = 0;
      for (const resume of this.#held.splice(0)) resume();
    };
  }

  /** Commands that change something, without the window's own questions. */
  get commands(): readonly Sent[] {
    return this.sent.filter(({ name }) => name !== 'tryRewrite');
  }
}

export interface Opened {
  readonly bridge: FakeBridge;
  readonly model: WindowModel;
  readonly user: UserEvent;
}

/** The whole window in jsdom, over a fake bridge, at the time of the fixtures. */
export function openWindow(state: AppState | null, platform: Bridge['platform'] = 'electron'): Opened {
  const bridge = new FakeBridge(state, platform);
  const model = new WindowModel(bridge, { now: () => now, locale: () => 'en-GB' });
  render(App, { props: { model } });
  return { bridge, model, user: userEvent.setup() };
}
