import { fork, type ChildProcess } from 'node:child_process';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Answer, ChangesMeasured, Question, ServerAccess, SyncMeasured } from './measurement';

/** The clients that are measured; the first is the one that the others are compared to. */
export const clients = [
  { id: 'product', name: 'Pullthrough', entry: new URL('./clients/product.ts', import.meta.url) },
  { id: 'informer', name: 'client-node informer', entry: new URL('./clients/informer.ts', import.meta.url) },
  { id: 'floor', name: 'pages thrown away', entry: new URL('./clients/floor.ts', import.meta.url) },
] as const;

export type Client = (typeof clients)[number];

/** Bundles each client into one file, as the product is. Answers with the path of a client's bundle. */
export async function bundleClients(folder: string): Promise<(client: Client) => string> {
  for (const { id, entry } of clients) {
    await build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      ssr: { noExternal: true },
      build: {
        ssr: true,
        outDir: folder,
        emptyOutDir: false,
        target: 'node20',
        minify: false,
        rolldownOptions: {
          input: { [id]: fileURLToPath(entry) },
          external: [...builtinModules, /^node:/],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    });
  }
  return ({ id }) => join(folder, `${id}.cjs`);
}

/** One client in a process of its own. */
export class ClientProcess {
  /** Starts it, and waits until it has loaded its code. */
  static async start(name: string, bundle: string): Promise<ClientProcess> {
    const started = new ClientProcess(
      name,
      fork(bundle, { execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] }),
    );
    await started.next('ready', 60_000);
    return started;
  }

  private readonly answers: Answer[] = [];
  private ended: string | null = null;
  private heard: () => void = () => undefined;

  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
  ) {
    child.on('message', (message) => {
      this.answers.push(message as Answer);
      this.heard();
    });
    child.once('exit', (code, signal) => {
      this.ended = `${name} has ended: ${String(signal ?? code)}`;
      this.heard();
    });
  }

  /** Lets it connect and read all pods. */
  async sync(access: ServerAccess): Promise<SyncMeasured> {
    this.ask({ ask: 'sync', access });
    return this.next('synced', 300_000);
  }

  /** Lets it count changes from when this resolves; the inner promise resolves once it has seen them all. */
  async countChanges(count: number, limitMs: number): Promise<{ readonly seen: Promise<ChangesMeasured> }> {
    this.ask({ ask: 'changes', count });
    await this.next('counting', 10_000);
    const seen = this.next('changed', limitMs);
    // a client that fails while the others still count is reported by whoever waits for `seen`
    seen.catch(() => undefined);
    return { seen };
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private ask(question: Question): void {
    this.child.send(question);
  }

  private next<Is extends Answer['is']>(is: Is, limitMs: number): Promise<Extract<Answer, { is: Is }>> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error(`no answer "${is}" from ${this.name} within ${String(limitMs / 1000)} s`));
      }, limitMs);
      this.heard = () => {
        const answer = this.answers.find((each): each is Extract<Answer, { is: Is }> => each.is === is);
        if (answer) resolve(answer);
        else if (this.ended !== null) reject(new Error(this.ended));
        else return;
        clearTimeout(limit);
      };
      this.heard();
    });
  }
}
