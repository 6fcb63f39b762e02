import type { Right } from '../rights/rights';
import type { Language } from './language';

/** What is said of retag before it is switched on. */
export interface RetagWords {
  readonly what: string;
  readonly rootFolder: (program: string) => string;
  readonly network: string;
  readonly namespace: (namespace: string) => string;
  readonly secrets: string;
  readonly always: string;
  readonly recorded: string;
  readonly over: string;
  /** A right that the user lacks, and what it is for. */
  readonly missing: (right: Right, purpose: string) => string;
  readonly unanswered: (why: string) => string;
}

export const retagWords: Readonly<Record<Language, RetagWords>> = {
  en: {
    what: 'For each image that fails on a node, a Job on that node pulls it through a mirror with the node’s own client and gives it its own name; the waiting pods then start as they are, within about five minutes.',
    rootFolder: (program) =>
      `The Job’s pod runs as root with the node’s whole root folder (hostPath /), of which it runs ${program}: whoever may create such Jobs controls the nodes.`,
    network: 'It uses the node’s network, tolerates every taint, and gets no token of the cluster.',
    namespace: (namespace) => `Its namespace ${namespace} must admit such pods: the pod security level “privileged”.`,
    secrets:
      'The node’s client gets no pull secrets: where a mirror wants a login, the pod’s image is changed as without retag.',
    always: 'It is no help under the pull policy Always: there the node asks the registry of the name each time.',
    recorded:
      'From Kubernetes 1.35 on it is no help for bytes that the kubelet itself has pulled under another name; the pod’s image is changed then.',
    over: 'The Job is deleted as soon as it has ended, the image stays on the node until the kubelet needs the space.',
    missing: ({ verb, resource, namespace }, purpose) =>
      `Missing right: ${verb} ${resource}${namespace === '' ? '' : ` in namespace ${namespace}`}. ${purpose}`,
    unanswered: (why) => `Which rights are missing could not be learned: ${why}`,
  },
  zh: {
    what: '镜像在某个节点上拉取失败时，该节点上的一个 Job 用节点自己的客户端从镜像加速拉取它，并给它加上原有名称；等待中的容器组随后原样启动，最多约五分钟。',
    rootFolder: (program) =>
      `Job 的容器组以 root 身份运行，挂载节点的整个根目录（hostPath /），并运行其中的 ${program}：能创建这种 Job 的人就能控制节点。`,
    network: '它使用节点的网络，容忍所有污点，不带集群的令牌。',
    namespace: (namespace) => `它所在的命名空间 ${namespace} 必须允许这样的容器组：容器组安全级别“privileged”。`,
    secrets: '节点的客户端得不到拉取密钥：镜像加速需要登录时，照旧修改容器组的镜像。',
    always: '拉取策略为 Always 时它没有用：节点每次都会询问该名称所属的仓库。',
    recorded:
      '从 Kubernetes 1.35 起，如果 kubelet 曾以别的名称自己拉取过同样的内容，它就没有用，此时照旧修改容器组的镜像。',
    over: 'Job 一结束就被删除；镜像留在节点上，直到 kubelet 需要空间。',
    missing: ({ verb, resource, namespace }, purpose) =>
      `缺少权限：${namespace === '' ? '' : `在命名空间 ${namespace} 中`} ${verb} ${resource}。${purpose}`,
    unanswered: (why) => `无法得知缺少哪些权限：${why}`,
  },
};
