import type { KubeObject } from '../../electron/demo/objects';
import type { ApiConnection } from '../../electron/kube/apiConnection';

export interface WatchEvent {
  readonly type: string;
  /** A Status when the type is ERROR. */
  readonly object: KubeObject & { readonly code?: number; readonly message?: string };
}

export interface OpenWatch {
  readonly status: number;
  /** Grows as events arrive. */
  readonly events: readonly WatchEvent[];
  /** Resolves with how it ended: `clean`, or the error's code. */
  readonly ended: Promise<string>;
  stop(): void;
}

/** A watch that keeps all of its events. */
export async function openWatch(
  api: ApiConnection,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<OpenWatch> {
  const stopping = new AbortController();
  const { status, body } = await api.stream({
    method: 'GET',
    path,
    query: { watch: 'true', ...query },
    signal: stopping.signal,
  });
  const events: WatchEvent[] = [];
  let rest = '';
  body.setEncoding('utf8');
  body.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') events.push(JSON.parse(line) as WatchEvent);
  });
  const ended = new Promise<string>((resolve) => {
    body.once('end', () => {
      resolve('clean');
    });
    body.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
  });
  return {
    status,
    events,
    ended,
    stop() {
      stopping.abort();
    },
  };
}
