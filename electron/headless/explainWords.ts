import type { KubeObject } from '../domain/kubeObject';
import type { Fix, MissingRight } from './explanation';
import type { Language } from '../domain/words/language';

/** What `explain` says beside the sentences about causes and refusals. */
export interface ExplainWords {
  readonly heading: (pod: string, node: string, context: string) => string;
  readonly healthy: string;
  readonly deleting: string;
  readonly ended: string;
  readonly pullsForCache: (name: string) => string;
  readonly pullsForCheck: string;
  readonly retags: string;
  readonly sandbox: string;
  readonly container: (name: string, image: string) => string;
  /** The names of the rows. */
  readonly rows: {
    readonly original: string;
    readonly cause: string;
    readonly mirror: string;
    readonly next: string;
    readonly message: string;
    readonly event: string;
    readonly fix: string;
    readonly auto: string;
    readonly cache: string;
    readonly patch: string;
    readonly job: string;
    readonly missing: string;
  };
  readonly swapped: (original: string) => string;
  readonly noFix: (why: string) => string;
  readonly asOf: (container: string) => string;
  readonly then: (proxied: string) => string;
  readonly putBack: (original: string) => string;
  readonly byItself: string;
  readonly fromSecond: string;
  readonly onRequest: string;
  readonly cache: (cache: NonNullable<Fix['cache']>) => string;
  readonly noCache: string;
  readonly retag: (job: KubeObject) => string;
  readonly right: (right: MissingRight) => string;
  /** What is not to be had where the right on this resource is missing. */
  readonly without: Readonly<Record<MissingRight['resource'] | 'pullPods' | 'retagNodes', string>>;
  readonly notFound: (pod: string, context: string) => string;
  readonly refuses: (context: string, answer: string) => string;
  readonly silent: (context: string, server: string, why: string) => string;
}

export const explainWords: Readonly<Record<Language, ExplainWords>> = {
  en: {
    heading: (pod, node, context) => `${pod}${node && ` on ${node}`}, context ${context}`,
    healthy: 'No container of it waits for its image.',
    deleting: 'It is being deleted, so nothing is done for it.',
    ended: 'It has ended, so it needs no image any more.',
    pullsForCache: (name) => `It pulls for kube-fledged’s ImageCache ${name} and is left alone itself.`,
    pullsForCheck: 'It only tries whether an original image can be had again, and is left alone itself.',
    retags: 'It gives an image its own name on its node, and is left alone itself.',
    sandbox: 'The pod’s sandbox',
    container: (name, image) => `${name}: ${image}`,
    rows: {
      original: 'original',
      cause: 'cause',
      mirror: 'mirror',
      next: 'next',
      message: 'said',
      event: 'event',
      fix: 'fix',
      auto: 'auto',
      cache: 'cache',
      patch: 'patch',
      job: 'job',
      missing: 'missing',
    },
    swapped: (original) => `${original}, until Pullthrough put a mirror’s image in its place`,
    noFix: (why) => `none: ${why}`,
    asOf: (container) => `together with ${container}`,
    then: (proxied) => `or ${proxied}`,
    putBack: (original) => `no mirror is left to try, so the original goes back: ${original}`,
    byItself: 'healed by itself where that is turned on',
    fromSecond: 'healed by itself from the second failed attempt on, where that is turned on',
    onRequest: 'only when a person asks for it',
    cache: ({ way, namespace, name, nodes, hostnames = nodes }) => {
      if (way === 'image-cache')
        return `kube-fledged pulls it on ${hostnames.join(', ')} first, for ImageCache ${namespace}/${name}`;
      return way === 'image-pull-job'
        ? `OpenKruise pulls it on ${nodes.join(', ')} first, for ImagePullJob ${namespace}/${name}`
        : `a pod that does nothing but pull, ${namespace}/${name}, pulls it on ${nodes.join(', ')} first`;
    },
    noCache: 'the pod is changed at once, and nothing is pulled ahead',
    retag: ({ metadata: { namespace = '', name } }) =>
      `the Job ${namespace}/${name} pulls it on the pod’s node and gives it its own name; the pod is left as it is`,
    right: ({ verb, resource, namespace }) => `${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`,
    without: {
      pods: 'Without it nothing can be healed.',
      events: 'Without them the cause stays unknown where the pod itself does not name it.',
      namespaces: 'Without it an opt-out of the namespace goes unseen.',
      nodes: 'Without it kube-fledged cannot be told of the node.',
      imagecaches: 'Without it kube-fledged pulls nothing ahead.',
      jobs: 'Without it no Job gives the image its own name, and the pod is changed instead.',
      retagNodes: 'Without it the node’s container runtime stays unknown, and the pod is changed instead.',
      pullPods: 'Without it no pod of ours tries a mirror out on the node first.',
    },
    notFound: (pod, context) => `There is no pod ${pod} in the context ${context}.`,
    refuses: (context, answer) => `The cluster of the context ${context} refuses: ${answer}`,
    silent: (context, server, why) => `The cluster of the context ${context} at ${server} does not answer: ${why}`,
  },
  zh: {
    heading: (pod, node, context) => `${pod}${node && `，节点 ${node}`}，上下文 ${context}`,
    healthy: '其中没有容器在等待镜像。',
    deleting: '它正在被删除，无需处理。',
    ended: '它已经结束，不再需要镜像。',
    pullsForCache: (name) => `它在为 kube-fledged 的 ImageCache ${name} 拉取镜像，本身不作处理。`,
    pullsForCheck: '它只用来检查原镜像能否重新拉取，本身不作处理。',
    retags: '它在所在节点上为镜像添加原有名称，本身不作处理。',
    sandbox: '容器组沙箱',
    container: (name, image) => `${name}：${image}`,
    rows: {
      original: '原镜像',
      cause: '原因',
      mirror: '加速',
      next: '建议',
      message: '原文',
      event: '事件',
      fix: '修复',
      auto: '自动',
      cache: '预拉取',
      patch: '补丁',
      job: 'Job',
      missing: '缺权限',
    },
    swapped: (original) => `${original}，已由 Pullthrough 换成镜像加速上的名称`,
    noFix: (why) => `无：${why}`,
    asOf: (container) => `与 ${container} 一起处理`,
    then: (proxied) => `或 ${proxied}`,
    putBack: (original) => `没有其他镜像加速可试，将换回原镜像：${original}`,
    byItself: '开启自动修复后会自行处理',
    fromSecond: '开启自动修复后，从第二次失败起自行处理',
    onRequest: '只在有人要求时处理',
    cache: ({ way, namespace, name, nodes, hostnames = nodes }) => {
      if (way === 'image-cache')
        return `先由 kube-fledged 在 ${hostnames.join('、')} 上拉取，ImageCache 为 ${namespace}/${name}`;
      return way === 'image-pull-job'
        ? `先由 OpenKruise 在 ${nodes.join('、')} 上拉取，ImagePullJob 为 ${namespace}/${name}`
        : `先由只负责拉取的容器组 ${namespace}/${name} 在 ${nodes.join('、')} 上拉取`;
    },
    noCache: '不提前拉取，直接修改容器组',
    retag: ({ metadata: { namespace = '', name } }) =>
      `由 Job ${namespace}/${name} 在容器组所在节点上拉取并加上原有名称；容器组保持原样`,
    right: ({ verb, resource, namespace }) =>
      `${namespace === undefined ? '' : `在 ${namespace} 中 `}${verb} ${resource}`,
    without: {
      pods: '没有它就无法修复。',
      events: '没有它，在容器组自身未说明原因时就无法得知原因。',
      namespaces: '没有它就看不到命名空间是否要求不作处理。',
      nodes: '没有它，就无法告诉 kube-fledged 是哪个节点。',
      imagecaches: '没有它，kube-fledged 就不会提前拉取。',
      jobs: '没有它就没有 Job 为镜像加上原有名称，只能修改容器组。',
      retagNodes: '没有它就不知道节点的容器运行时，只能修改容器组。',
      pullPods: '没有它，就不会先用自己的容器组在节点上试拉。',
    },
    notFound: (pod, context) => `上下文 ${context} 中没有容器组 ${pod}。`,
    refuses: (context, answer) => `上下文 ${context} 的集群拒绝了请求：${answer}`,
    silent: (context, server, why) => `上下文 ${context} 的集群 ${server} 没有应答：${why}`,
  },
};
