import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** A blob of a registry, known by its digest. */
export interface Blob {
  readonly digest: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** An image of one layer, as the OCI image specification has it (image-spec v1.0: manifest.md, config.md, layer.md). */
export interface Image {
  readonly manifest: Blob;
  readonly config: Blob;
  readonly layer: Blob;
}

const applets = ['sh', 'echo', 'cp', 'cat', 'ls', 'mv', 'sleep', 'true', 'chroot'];
const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Runs until it is asked to stop, and then ends at once; as process 1 a shell ignores what it does not trap. */
export const runsUntilStopped = ['/bin/sh', '-c', 'trap "exit 0" TERM; while true; do sleep 3600 & wait $!; done'];
export const exitsAtOnce = ['/bin/true'];

/**
 * A static busybox and a file that holds `mark`, so that images of different marks have no byte in common that
 * a node knows them by.
 */
export function makeImage(mark: string, command: readonly string[], busybox: string): Image {
  const program = readFileSync(busybox);
  const tar = Buffer.concat([
    tarEntry('etc/mark', { content: Buffer.from(`${mark}\n`), mode: 0o644 }),
    tarEntry('bin/busybox', { content: program, mode: 0o755 }),
    ...applets.map((applet) => tarEntry(`bin/${applet}`, { linkTo: 'bin/busybox', mode: 0o755 })),
    Buffer.alloc(2 * block),
  ]);
  const layer = blob(types.layer, gzipSync(tar, { level: 1 }));
  const config = jsonBlob(types.config, {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Entrypoint: command, Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  });
  const manifest = jsonBlob(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptor(config),
    layers: [descriptor(layer)],
  });
  return { manifest, config, layer };
}

/** An OCI image layout in a tar archive, which containerd imports under these references. */
export function imageArchive(images: Readonly<Record<string, Image>>): Buffer {
  const index = {
    schemaVersion: 2,
    manifests: Object.entries(images).map(([reference, { manifest }]) => ({
      ...descriptor(manifest),
      annotations: { 'io.containerd.image.name': reference },
    })),
  };
  const blobs = Object.values(images).flatMap(({ layer, config, manifest }) => [layer, config, manifest]);
  return Buffer.concat([
    tarEntry('oci-layout', { content: Buffer.from('{"imageLayoutVersion":"1.0.0"}'), mode: 0o644 }),
    tarEntry('index.json', { content: Buffer.from(JSON.stringify(index)), mode: 0o644 }),
    ...blobs.map(({ digest, bytes }) => tarEntry(`blobs/${digest.replace(':', '/')}`, { content: bytes, mode: 0o644 })),
    Buffer.alloc(2 * block),
  ]);
}

function blob(mediaType: string, bytes: Buffer): Blob {
  return { mediaType, bytes, digest: digestOf(bytes) };
}

function jsonBlob(mediaType: string, content: unknown): Blob {
  return blob(mediaType, Buffer.from(JSON.stringify(content)));
}

function descriptor({ mediaType, digest, bytes }: Blob) {
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

const block = 512;

type Entry = { readonly mode: number } & ({ readonly content: Buffer } | { readonly linkTo: string });

/** One file or hard link in the ustar format of POSIX.1; owned by root, with a fixed time. */
function tarEntry(name: string, entry: Entry): Buffer {
  const content = 'content' in entry ? entry.content : Buffer.alloc(0);
  const header = Buffer.alloc(block);
  const octal = (value: number, offset: number, length: number) =>
    header.write(value.toString(8).padStart(length - 1, '0'), offset);
  header.write(name, 0);
  octal(entry.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(0, 136, 12);
  header.write(' '.repeat(8), 148); // the sum is taken over blanks in its own place
  header.write('linkTo' in entry ? '1' : '0', 156);
  if ('linkTo' in entry) header.write(entry.linkTo, 157);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148);
  const padding = Buffer.alloc((block - (content.length % block)) % block);
  return Buffer.concat([header, content, padding]);
}
