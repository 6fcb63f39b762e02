import type { ImageContent } from './registryWorld';
import type { Container } from '../objects';

/** What a started container does. */
export type Behaviour =
  | { readonly is: 'runs' }
  | { readonly is: 'exits'; readonly exitCode: number }
  /** The runtime could not start it. */
  | { readonly is: 'start-error'; readonly message: string };

/** Where the simulated images have their programs; volumes bring more. */
const programFolders = ['/bin/', '/sbin/', '/usr/', '/opt/', '/app/'];

/** Read from the command of the container where it has one, else from the image. */
export function behaviourOf(container: Container, content: ImageContent): Behaviour {
  const [program, ...more] = container.command ?? [];
  if (program === undefined) {
    return content.kind === 'runs' ? { is: 'runs' } : { is: 'exits', exitCode: content.exitCode };
  }
  if (!exists(program, container)) {
    return {
      is: 'start-error',
      message:
        'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
        `unable to start container process: exec: "${program}": stat ${program}: no such file or directory: unknown`,
    };
  }
  const line = [...more, ...(container.args ?? [])].join(' ');
  if (/\b(sleep|while|tail -f)\b/.test(`${program} ${line}`)) return { is: 'runs' };
  // kube-fledged's programs are servers, but for the step that makes a certificate
  if (/\/kubefledged-(controller|webhook-server)$/.test(program) && !line.includes('--init-server'))
    return { is: 'runs' };
  const exit = /\bexit (\d+)/.exec(line)?.[1];
  return { is: 'exits', exitCode: Number(exit ?? 0) };
}

function exists(program: string, container: Container): boolean {
  if (!program.startsWith('/')) return true;
  const folders = [...programFolders, ...(container.volumeMounts ?? []).map(({ mountPath }) => `${mountPath}/`)];
  return folders.some((folder) => program.startsWith(folder));
}
