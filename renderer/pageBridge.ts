import type { AppState } from '../electron/domain/appState';
import { rulesFileLimit, rulesFileWords } from '../electron/domain/words/rulesFile';
import type { Bridge, CommandAnswer, CommandName, CommandPayload, Result, ShowTarget } from '../electron/ipc/contract';

/** What the page needs of its browser; tests bring their own. */
export interface PageSurroundings {
  /** An EventSource, or what stands for one. */
  readonly events: (url: string) => {
    addEventListener(name: string, listener: (event: Event) => void): void;
  };
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly copy: (text: string) => Promise<void>;
  /** Null when no file was chosen. */
  readonly chooseFile: () => Promise<ChosenFile | null>;
  readonly saveFile: (name: string, text: string) => void;
}

/** A File, as far as it is needed. */
export interface ChosenFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  text(): Promise<string>;
}

/**
 * The bridge of the loopback page: snapshots and requests to show something come as server-sent events,
 * commands go out by POST. `address` is the page's own, with the token in its query.
 */
export function createPageBridge(address: URL, surroundings: PageSurroundings): Bridge {
  const token = address.searchParams.get('token') ?? '';
  const source = surroundings.events(`/events?token=${encodeURIComponent(token)}`);
  const states = new Set<(state: AppState) => void>();
  const shows = new Set<(target: ShowTarget) => void>();
  const connections = new Set<(connected: boolean) => void>();
  let last: AppState | null = null;

  source.addEventListener('state', (event) => {
    const state = JSON.parse((event as MessageEvent<string>).data) as AppState;
    last = state;
    for (const listener of states) listener(state);
  });
  source.addEventListener('show', (event) => {
    const target = JSON.parse((event as MessageEvent<string>).data) as ShowTarget;
    for (const listener of shows) listener(target);
  });
  source.addEventListener('open', () => {
    for (const listener of connections) listener(true);
  });
  source.addEventListener('error', () => {
    for (const listener of connections) listener(false);
  });

  async function post<N extends CommandName>(name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>> {
    try {
      const response = await surroundings.fetch('/command', {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ name, payload }),
      });
      if (!response.ok) return failed(new Error((await response.text()).trim()));
      return (await response.json()) as Result<CommandAnswer<N>>;
    } catch (error) {
      return failed(error);
    }
  }

  /** Clipboard and files are the browser's, not those of the machine that serves the page. */
  const inBrowser: { readonly [N in 'copyText' | 'importRules' | 'exportRules']: Sender<N> } = {
    async copyText({ text }) {
      await surroundings.copy(text);
      return { ok: true, value: null };
    },
    async importRules(payload) {
      const chosen = await surroundings.chooseFile();
      if (chosen === null) return { ok: true, value: null };
      const { name, size } = chosen;
      if (size > rulesFileLimit) return failed(new Error(rulesFileWords[payload.language].tooLarge(name)));
      return post('importRules', { ...payload, file: { name, text: await chosen.text() } });
    },
    async exportRules(payload) {
      const result = await post('exportRules', payload);
      if (!result.ok || result.value === null || !('text' in result.value)) return result;
      const { name, text } = result.value;
      surroundings.saveFile(name, text);
      return { ok: true, value: { saved: name } };
    },
  };

  return {
    platform: 'page',
    onState(listener) {
      if (last) listener(last);
      return subscribed(states, listener);
    },
    onShow: (listener) => subscribed(shows, listener),
    onConnection: (listener) => subscribed(connections, listener),
    async send<N extends CommandName>(name: N, payload: CommandPayload<N>) {
      const here: Partial<Record<CommandName, unknown>> = inBrowser;
      if (!(name in here)) return post(name, payload);
      try {
        // The type of a lookup cannot say that it was made by this very name.
        return await (here[name] as Sender<N>)(payload);
      } catch (error) {
        return failed(error);
      }
    },
  };
}

type Sender<N extends CommandName> = (payload: CommandPayload<N>) => Promise<Result<CommandAnswer<N>>>;

function subscribed<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function failed(error: unknown): Result<never> {
  return { ok: false, error: { code: 'failed', message: error instanceof Error ? error.message : String(error) } };
}
