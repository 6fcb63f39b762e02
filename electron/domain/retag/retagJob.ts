import { fnv1a } from '../prepull/imageCache';
import { resources, type KubeObject } from '../kubeObject';
import { labels } from '../podSnapshot';
import type { NodeRuntime } from './nodeRuntime';
import { hostRoot, programPath, retagScripts } from './retagScripts';

/** What one Job does: an image that is pulled under one name on one node is given others. */
export interface RetagTask {
  readonly node: string;
  readonly runtime: NodeRuntime;
  /** The whole name that it is pulled under. */
  readonly pull: string;
  /** The whole names that the node's pods wait for. */
  readonly names: readonly string[];
}

/** Seconds. */
const deadline = 1_200;
const keptWhenDone = 600;

/** Depends on the work alone, so that two instances of the app make one Job. */
export function retagJobName({ node, pull, names }: RetagTask): string {
  return `pullthrough-retag-${fnv1a([node, pull, ...[...names].sort()].join('\n'))}`;
}

/**
 * The Job that does it. `helper` is the image that it runs itself, of which it needs `sh` and `chroot`; every other
 * program is the node's own.
 */
export function retagJob(task: RetagTask, namespace: string, helper: string): KubeObject {
  const name = retagJobName(task);
  const marks = { [labels.managedBy]: labels.managedByValue, [labels.retag]: name };
  const { node, runtime, pull, names } = task;
  return {
    apiVersion: resources.Job.apiVersion,
    kind: 'Job',
    metadata: {
      namespace,
      name,
      labels: marks,
      annotations: { [labels.retag]: JSON.stringify({ node, pull, names }) },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: deadline,
      ttlSecondsAfterFinished: keptWhenDone,
      template: {
        metadata: {
          labels: { ...marks, 'sidecar.istio.io/inject': 'false' },
          annotations: { 'linkerd.io/inject': 'disabled', 'pullthrough.dev/auto': 'false' },
        },
        spec: {
          nodeName: node,
          restartPolicy: 'Never',
          // the client pulls in the network that it runs in, and only the node's is sure to be the node's
          hostNetwork: true,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          terminationGracePeriodSeconds: 0,
          tolerations: [{ operator: 'Exists' }],
          volumes: [{ name: 'host', hostPath: { path: '/' } }],
          containers: [
            {
              name: 'retag',
              image: helper,
              imagePullPolicy: 'IfNotPresent',
              command: ['sh', '-c', retagScripts[runtime.is], 'retag'],
              args: [...names],
              env: [
                { name: 'PATH', value: programPath },
                { name: 'CLIENT', value: runtime.client },
                { name: 'CRI_CLIENT', value: runtime.criClient },
                { name: 'SOCKET', value: runtime.socket },
                { name: 'HOSTS', value: runtime.hosts },
                { name: 'PULL', value: pull },
              ],
              volumeMounts: [{ name: 'host', mountPath: hostRoot }],
              terminationMessagePolicy: 'FallbackToLogsOnError',
              resources: { requests: { cpu: '1m', memory: '16Mi' } },
              securityContext: rights(runtime),
            },
          ],
        },
      },
    },
  };
}

/**
 * To reach the runtime's socket root is enough, with the type of SELinux that may leave its container. What works on the
 * files of CRI-O's store has to mount them.
 */
function rights({ is }: NodeRuntime): object {
  if (is === 'cri-o') return { runAsUser: 0, privileged: true };
  return {
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['SYS_CHROOT'] },
    seLinuxOptions: { type: 'spc_t' },
  };
}
