import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blob, Image } from './image';
import { freePorts } from './ports';
import type { Workspace } from './workspace';

/** A real registry (github.com/distribution/distribution) on 127.0.0.1, over plain HTTP. */
export class Registry {
  static async start(workspace: Workspace, name: string, program: string): Promise<Registry> {
    const [port] = await freePorts(1);
    const address = `127.0.0.1:${String(port)}`;
    const storage = join(workspace.folder, name);
    await mkdir(storage);
    const config = join(workspace.folder, `${name}.json`);
    await writeFile(
      config,
      JSON.stringify({
        version: '0.1',
        log: { level: 'warn', accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: storage } },
        http: { addr: address, secret: randomBytes(16).toString('hex') },
      }),
    );
    const running = workspace.start(name, program, ['serve', config]);
    const registry = new Registry(`http://${address}`, storage);
    await workspace.ready(running, 20_000, async () => {
      const answer = await fetch(`${registry.url}/v2/`).catch(() => null); // not listening yet
      return answer?.ok === true;
    });
    return registry;
  }

  private constructor(
    readonly url: string,
    private readonly storage: string,
  ) {}

  /** Makes the image available as `repository:tag`, in place of what was there. */
  async push(repository: string, tag: string, { layer, config, manifest }: Image): Promise<void> {
    await Promise.all([layer, config].map((blob) => this.upload(repository, blob)));
    await answered(`${this.url}/v2/${repository}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'Content-Type': manifest.mediaType },
      body: new Uint8Array(manifest.bytes),
    });
  }

  /** Takes a repository away with all its tags. The registry keeps nothing of it in memory. */
  async remove(repository: string): Promise<void> {
    await rm(join(this.storage, 'docker/registry/v2/repositories', repository), { recursive: true, force: true });
  }

  private async upload(repository: string, { digest, bytes }: Blob): Promise<void> {
    const begun = await answered(`${this.url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const target = new URL(begun.headers.get('location') ?? '', this.url);
    target.searchParams.set('digest', digest);
    await answered(target, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
  }
}

async function answered(url: string | URL, request: RequestInit): Promise<Response> {
  const response = await fetch(url, request);
  const body = await response.text();
  if (!response.ok) throw new Error(`${String(request.method)} ${String(url)}: ${String(response.status)} ${body}`);
  return response;
}
