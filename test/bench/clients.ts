import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** How a client that throws away what it receives asks for it. */
export interface FloorOptions {
  readonly format: 'json' | 'protobuf';
  readonly compressed: boolean;
  /** Whether it is parsed before it is thrown away. */
  readonly parsed: boolean;
  /** Pages and then a watch, or one watch that brings all pods first. */
  readonly list: 'pages' | 'watch';
}

export interface ClientKind {
  /** By which it is chosen. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Its entry in `clients/`; absent: kubectl, which is a program of its own. */
  readonly entry?: 'product' | 'stream' | 'informer' | 'floor' | 'ancestor';
  readonly argument?: string;
  /** What the server may compress for it, which its kubeconfig says. */
  readonly compressed?: boolean;
  /** Whether it can say how many changes it has seen. */
  readonly counts?: boolean;
  /** Whether it reads a whole list as one text. */
  readonly atOnce?: boolean;
  /** Whether it can say which pods fail. */
  readonly looks?: boolean;
}

const floor = (id: string, name: string, options: FloorOptions): ClientKind => ({
  id,
  name,
  entry: 'floor',
  argument: JSON.stringify(options),
  counts: true,
});
const pages = { list: 'pages', compressed: true, parsed: false } as const;

/** The clients that are measured; the first is the one that the others are compared to. */
export const clientKinds: readonly ClientKind[] = [
  { id: 'product', name: 'Pullthrough', entry: 'product', counts: true, looks: true },
  { id: 'stream', name: "Pullthrough's stream alone", entry: 'stream', counts: true },
  { id: 'plain', name: 'Pullthrough, nothing gzipped', entry: 'product', compressed: false, counts: true, looks: true },
  floor('protobuf', 'floor: protobuf thrown away', { ...pages, format: 'protobuf' }),
  floor('protobuf-plain', 'the same, nothing gzipped', { ...pages, format: 'protobuf', compressed: false }),
  floor('protobuf-watch', 'floor: protobuf WatchList thrown away', {
    ...pages,
    format: 'protobuf',
    compressed: false,
    list: 'watch',
  }),
  floor('json', 'floor: JSON thrown away', { ...pages, format: 'json' }),
  floor('json-plain', 'the same, nothing gzipped', { ...pages, format: 'json', compressed: false }),
  floor('json-parsed', 'JSON parsed and thrown away', { ...pages, format: 'json', parsed: true }),
  { id: 'informer', name: 'client-node informer', entry: 'informer', atOnce: true, counts: true, looks: true },
  {
    id: 'informer-paged',
    name: 'the same, pages of 500',
    entry: 'informer',
    argument: '--paged',
    counts: true,
    looks: true,
  },
  { id: 'ancestor', name: "the ancestor's loop, in Node", entry: 'ancestor', looks: true },
  { id: 'kubectl', name: 'kubectl get pods -A --watch', counts: true, looks: true },
];

const entries = {
  product: './clients/product.ts',
  stream: './clients/stream.ts',
  informer: './clients/informer.ts',
  floor: './clients/floor.ts',
  ancestor: './clients/ancestor.ts',
  simulatedServer: './cluster/simulatedServer.ts',
  relay: './link/relay.ts',
} as const;

export type BundleName = keyof typeof entries;

/** Bundles what runs in a process of its own into one file each, as the product is. Answers with the path of one. */
export async function bundleProcesses(
  folder: string,
  names: ReadonlySet<BundleName>,
): Promise<(name: BundleName) => string> {
  for (const name of names) {
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
        sourcemap: true,
        rolldownOptions: {
          input: { [name]: fileURLToPath(new URL(entries[name], import.meta.url)) },
          external: [...builtinModules, /^node:/],
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    });
  }
  return (name) => join(folder, `${name}.cjs`);
}
