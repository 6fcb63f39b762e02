import { exitCodes, hostRoot, retagScripts } from '../../domain/retag/retagScripts';
import type { Clock } from '../../engine/ports';
import { pause } from '../controllers/pause';
import type { Container, Fields, Pod } from '../objects';
import { fieldsOf, listOf, textOf } from '../objects';
import { parseImageName } from './imageName';
import type { ImageStore } from './imageStore';
import type { RegistryWorld } from './registryWorld';

/** How a process ended, and what it said last. */
export interface ProcessEnd {
  readonly exitCode: number;
  readonly message: string;
}

/** What a process needs of its pod to work with the node's own programs. */
const containerdSocket = '/run/containerd/containerd.sock';
const client = 'ctr';

/**
 * The node's own client of its runtime (`ctr`), as a container uses it that has the node's root folder mounted. What it
 * pulls comes past the kubelet.
 */
export class HostClient {
  constructor(
    private readonly clock: Clock,
    private readonly registries: RegistryWorld,
    private readonly images: ImageStore,
  ) {}

  /** Runs the container's command where it is one that works with the node's own programs; null where it is none. */
  run(pod: Pod, container: Container, signal: AbortSignal): Promise<ProcessEnd> | null {
    const [shell, flag, script] = container.command ?? [];
    if (shell !== 'sh' || flag !== '-c' || script !== retagScripts.containerd) return null;
    const flaw = flawOf(pod, container);
    return flaw
      ? Promise.resolve(flaw)
      : this.retag(variables(container).get('PULL') ?? '', container.args ?? [], signal);
  }

  private async retag(pull: string, names: readonly string[], signal: AbortSignal): Promise<ProcessEnd> {
    const name = parseImageName(pull);
    // other than the kubelet it pulls only what it is told in full
    if (name?.normalised !== pull)
      return { exitCode: exitCodes.pull, message: `ctr: failed to resolve reference "${pull}": object required` };
    const result = this.registries.pull(name, new Map(), this.clock.now());
    await pause(this.clock, result.ms, signal);
    if (!result.ok) {
      const said = result.text.replace(
        /^(?:rpc error: code = \w+ desc = )?failed to pull and unpack image "[^"]*": /,
        '',
      );
      return { exitCode: exitCodes.pull, message: `ctr: ${said}` };
    }
    this.images.load(name, result.content);
    for (const target of names) this.images.tag(pull, target);
    return { exitCode: 0, message: '' };
  }
}

/** What stands in the way of a process in this container, in the words of whatever it fails on. */
function flawOf(pod: Pod, container: Container): ProcessEnd | null {
  const given = variables(container);
  const volume = container.volumeMounts?.find(({ mountPath }) => mountPath === hostRoot)?.name;
  const host = listOf(pod.spec.volumes)
    .map(fieldsOf)
    .find(({ name }) => name === volume);
  const isRoot = fieldsOf(container.securityContext).runAsUser === 0;
  if (textOf(fieldsOf(host?.hostPath).path) !== '/' || !isRoot || given.get('CLIENT') !== client)
    return { exitCode: exitCodes.client, message: `the node has no program ${given.get('CLIENT') ?? ''}` };
  if (given.get('SOCKET') !== containerdSocket)
    return { exitCode: exitCodes.pull, message: `ctr: failed to dial "${given.get('SOCKET') ?? ''}": no such file` };
  // the registries of a simulated world are reached from nodes alone
  if (pod.spec.hostNetwork !== true)
    return {
      exitCode: exitCodes.pull,
      message: 'ctr: failed to do request: dial tcp: connect: network is unreachable',
    };
  return null;
}

function variables(container: Container): ReadonlyMap<string, string> {
  const given: readonly Fields[] = listOf(container.env).map(fieldsOf);
  return new Map(given.map(({ name, value }) => [textOf(name), textOf(value)]));
}
