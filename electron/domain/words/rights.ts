import type { RightsFeature, RightsPurpose } from '../rights/rights';
import type { Language } from './language';

/** What the rights of `domain/rights/rights.ts` are for. */
export interface RightsWords {
  /** One sentence each, of what could not be done without the right. */
  readonly purposes: Readonly<Record<RightsPurpose, string>>;
  /** What one gets with a feature, in a few words. */
  readonly features: Readonly<Record<RightsFeature, string>>;
  /** What holds where the rights are those of some namespaces. */
  readonly onlyIn: (namespaces: readonly string[]) => string;
}

export const rightsWords: Readonly<Record<Language, RightsWords>> = {
  en: {
    purposes: {
      'see-pods': 'Sees which pods fail to pull their images; nothing works without it.',
      'read-events': 'Learns why a pull failed where the pod itself does not say it, as before Kubernetes 1.32.',
      'read-opt-out': 'Sees whether a namespace asks to be left alone (annotation pullthrough.dev/auto: "false").',
      swap: 'Puts a mirror’s image into a pod that waits for its own, and puts the original back.',
      'pull-pods':
        'Tries on the node itself whether an image can be pulled, with a pod that pulls and runs nothing, and takes that pod away; RBAC cannot limit this to such pods.',
      'retag-nodes': 'Learns which container runtime a node has, to give an image its own name there.',
      'retag-jobs': 'Runs the short-lived Job that gives an image its own name on a node, and takes it away.',
      'retag-pods': 'Sees how that Job’s pod is doing.',
      'fledged-nodes': 'Learns the hostname label of a node, by which kube-fledged chooses nodes.',
      'fledged-caches': 'Has kube-fledged pull an image onto nodes with an ImageCache, and takes that away.',
      'fledged-pods': 'Sees how far kube-fledged’s pull pods are.',
      'kruise-jobs': 'Has OpenKruise pull an image onto nodes with an ImagePullJob, and takes that away.',
      'kruise-images': 'Sees on which nodes OpenKruise has pulled an image.',
      'prepull-nodes': 'Finds the further nodes that a healed image is brought onto ahead of need.',
      'doctor-definition': 'Checks whether kube-fledged’s ImageCache is defined, and in which versions.',
      'doctor-webhook': 'Checks whether kube-fledged’s webhook is set up.',
      'doctor-service': 'Checks whether the Service of kube-fledged’s webhook is there.',
      'doctor-programs': 'Checks whether kube-fledged’s controller and webhook run, and with which images.',
      'doctor-pods': 'Checks why a pod of kube-fledged does not run.',
      'doctor-caches': 'Finds ImageCaches that are stuck or left over.',
      'doctor-jobs': 'Finds Jobs that gave images their names and are left over.',
      'doctor-pull-jobs': 'Finds ImagePullJobs that are left over.',
      'doctor-nodes': 'Learns which versions the nodes run, and what these mean here.',
      'repair-programs':
        'Starts kube-fledged’s programs that are scaled to 0, restarts its webhook, and gives them images that arrive.',
      'repair-caches': 'Has kube-fledged begin a stuck ImageCache anew, and removes those that are left over.',
      'repair-jobs': 'Removes Jobs that gave images their names and are left over.',
      'repair-pods': 'Removes pull pods that are left over.',
      'repair-pull-jobs': 'Removes ImagePullJobs that are left over.',
    },
    features: {
      fledged: 'pull through kube-fledged before a pod is changed',
      kruise: 'pull through OpenKruise before a pod is changed',
      prepull: 'bring healed images onto further nodes',
      doctor: 'examine kube-fledged and the cluster',
      repair: 'do what the doctor offers, but for an installation of kube-fledged',
    },
    onlyIn: (namespaces) =>
      `Only in ${namespaces.join(', ')}: name these in the app too, since it may not list namespaces; leftovers elsewhere stay unseen.`,
  },
  zh: {
    purposes: {
      'see-pods': '查看哪些容器组拉取镜像失败；没有它什么都做不了。',
      'read-events': '在容器组自身没有说明原因时（例如 Kubernetes 1.32 之前）从事件中得知拉取失败的原因。',
      'read-opt-out': '查看命名空间是否要求不作处理（注解 pullthrough.dev/auto: "false"）。',
      swap: '把镜像加速上的镜像换给正在等待的容器组，以及把原镜像换回来。',
      'pull-pods': '用一个只拉取、不运行的容器组在节点上试拉镜像，然后删除它；RBAC 无法把权限限制在这类容器组上。',
      'retag-nodes': '得知节点用的是哪种容器运行时，以便在节点上给镜像恢复原名。',
      'retag-jobs': '运行一个在节点上给镜像恢复原名的短时 Job，然后删除它。',
      'retag-pods': '查看该 Job 的容器组进展如何。',
      'fledged-nodes': '得知节点的 hostname 标签，kube-fledged 按它选择节点。',
      'fledged-caches': '通过 ImageCache 让 kube-fledged 把镜像拉到节点上，然后删除它。',
      'fledged-pods': '查看 kube-fledged 的拉取容器组进展如何。',
      'kruise-jobs': '通过 ImagePullJob 让 OpenKruise 把镜像拉到节点上，然后删除它。',
      'kruise-images': '查看 OpenKruise 已在哪些节点上拉取了镜像。',
      'prepull-nodes': '找出需要提前放上已修复镜像的其他节点。',
      'doctor-definition': '检查 kube-fledged 的 ImageCache 是否已定义，以及有哪些版本。',
      'doctor-webhook': '检查 kube-fledged 的 webhook 是否已设置。',
      'doctor-service': '检查 kube-fledged webhook 的 Service 是否存在。',
      'doctor-programs': '检查 kube-fledged 的控制器和 webhook 是否在运行，用的是哪些镜像。',
      'doctor-pods': '检查 kube-fledged 的容器组为何没有运行。',
      'doctor-caches': '找出卡住或遗留的 ImageCache。',
      'doctor-jobs': '找出遗留的恢复原名 Job。',
      'doctor-pull-jobs': '找出遗留的 ImagePullJob。',
      'doctor-nodes': '得知节点运行的版本，以及这些版本在此意味着什么。',
      'repair-programs': '启动副本数为 0 的 kube-fledged 程序，重新启动其 webhook，以及为它们换上可以拉取的镜像。',
      'repair-caches': '请 kube-fledged 重新处理卡住的 ImageCache，以及删除遗留的 ImageCache。',
      'repair-jobs': '删除遗留的恢复原名 Job。',
      'repair-pods': '删除遗留的拉取容器组。',
      'repair-pull-jobs': '删除遗留的 ImagePullJob。',
    },
    features: {
      fledged: '在修改容器组之前通过 kube-fledged 拉取',
      kruise: '在修改容器组之前通过 OpenKruise 拉取',
      prepull: '把修复好的镜像提前放到其他节点上',
      doctor: '检查 kube-fledged 与集群',
      repair: '执行检查所提供的修复，但不包括安装 kube-fledged',
    },
    onlyIn: (namespaces) =>
      `仅限 ${namespaces.join('、')}：没有列出命名空间的权限，因此也要在应用中填写这些名称；其他命名空间中的遗留对象不可见。`,
  },
};
