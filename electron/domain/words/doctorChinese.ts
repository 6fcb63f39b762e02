import type { MissingGroup, RightsFeature, RightsMode } from '../rights/rights';
import type { DoctorSubject, DoctorWords } from './doctor';

const subjects: Readonly<Record<DoctorSubject, string>> = {
  version: 'API 服务器的版本',
  nodes: '节点',
  fledged: 'kube-fledged 的 ImageCache 是否可用',
  kruise: 'OpenKruise 的 ImagePullJob 是否可用',
  deployments: 'kube-fledged 的 Deployment',
  pods: 'kube-fledged 的容器组',
  webhooks: 'webhook 配置',
  services: 'kube-fledged webhook 的 Service',
  caches: 'ImageCache',
  ours: 'Pullthrough 在此创建的对象',
  rights: '该用户的权限',
};

const features: Readonly<Record<RightsMode | RightsFeature, string>> = {
  watch: '查看拉取失败',
  heal: '修复拉取失败',
  retag: '在节点上给镜像恢复原名',
  fledged: '通过 kube-fledged 拉取',
  kruise: '通过 OpenKruise 拉取',
  prepull: '把镜像提前缓存到节点上',
  doctor: '检查该集群',
};

const withoutWebhook = (fails: boolean) =>
  fails ? '因此任何 ImageCache 都无法写入，kube-fledged 自己也不例外' : '因此没有人检查 ImageCache';

export const doctorChinese: DoctorWords = {
  unread: (subject, failure) =>
    'forbidden' in failure
      ? `无法查看${spaced(subjects[subject])}，该用户没有权限：${failure.forbidden}`
      : `无法查看${spaced(subjects[subject])}：${failure.unanswered}`,

  server: (version) => `API 服务器的版本是 ${version}。`,
  kubelets: (versions) => `节点的 kubelet 版本是 ${list(versions)}，与 API 服务器相符。`,
  kubeletsSkewed: (versions, server) =>
    `kubelet ${list(versions)} 超出了 API 服务器 ${server} 支持的范围：比它新，或者太旧。`,
  noNodes: '没有节点，因此无法拉取任何镜像。',
  causesFlip:
    '1.32 之前的 kubelet 只在进入退避之前说明拉取失败的原因；之后 Pullthrough 从事件和先前看到的内容中得知原因。',
  namesRemembered: (retag) =>
    retag
      ? '从 1.35 起，kubelet 会记住用哪个名称拉取过镜像，因此如果节点曾通过镜像加速拉取过同样的内容，恢复原名就不起作用。'
      : '从 1.35 起，kubelet 会记住用哪个名称拉取过镜像；只有开启恢复原名之后这才有影响。',

  fledgedAbsent: '没有安装 kube-fledged；Pullthrough 用自己的容器组试拉镜像。',
  definitionServed: (versions) => `ImageCache 可用，版本为 ${list(versions)}。`,
  definitionOld: (versions, wanted) =>
    `ImageCache 只有 ${list(versions)} 版本，而 Pullthrough 使用 ${wanted}：请把 kube-fledged 升级到 0.8 或更新的版本。`,
  definitionGone: 'kube-fledged 的控制器存在，但它的类型 ImageCache 不可用。',
  controllerAbsent: (namespace) =>
    `ImageCache 可用，但命名空间 ${namespace} 中没有 kube-fledged 的控制器，因此它们会一直等待。`,

  programRuns: (title) => `${title} 正在运行。`,
  programStarts: (title) => `${title} 正在启动。`,
  programScaledToZero: (title) => `${title} 的副本数被设为 0。`,
  programWithoutImage: (title, image, cause) => `${title} 无法启动，因为拉取不到它的镜像 ${image}：${cause}。`,
  programCrashes: (title, container, exitCode, reason) =>
    `${title} 无法保持运行：容器 ${container} 以退出码 ${String(exitCode)}${reason === '' ? '' : `（${reason}）`}结束。`,
  programWaits: (title, container, reason) => `${title} 无法启动：容器 ${container} 处于 ${reason}。`,
  programUnscheduled: (title, message) => `${title} 无法启动，因为没有节点可以运行它：${message}`,
  programWithoutPods: (title, message) => `${title} 没有容器组，因为创建被拒绝：${message}`,

  webhookAbsent: '没有 webhook 检查 ImageCache；错误地修改其列表会使 kube-fledged 的控制器崩溃。',
  webhookElsewhere: '由集群之外的 webhook 检查 ImageCache。',
  webhookRuns: (service) => `webhook ${service} 正在运行，并且有证书。`,
  webhookWithoutService: (service, fails) => `webhook 的 Service ${service} 不存在，${withoutWebhook(fails)}。`,
  webhookDown: (service, fails) => `webhook 的 Service ${service} 背后没有就绪的容器组，${withoutWebhook(fails)}。`,
  webhookWithoutCertificate: (fails) => `webhook 的配置中没有证书（caBundle），${withoutWebhook(fails)}。`,

  helperHangs: (image, node, cause) => `在 ${node} 上拉取不到辅助镜像 ${image}：${cause}。`,
  helperPulled: (image, node) => `辅助镜像 ${image} 已在 ${node} 上拉取过。`,
  helperPresent: (image, nodes, of) =>
    `按节点列出的镜像，${String(of)} 个节点中有 ${String(nodes)} 个已有辅助镜像 ${image}。`,
  helperNeighbour: (image) => `辅助镜像 ${image} 尚未拉取过；控制器自己的镜像来自同一个镜像仓库。`,
  helperMirrored: (image, host) => `辅助镜像 ${image} 尚未拉取过；它经过镜像加速 ${host}。`,
  helperDoubtful: (image, host) => `没有迹象表明节点能否从 ${host} 拉取辅助镜像 ${image}，该镜像仓库有镜像加速可用。`,
  helperUnknown: (image) => `没有迹象表明节点能否拉取辅助镜像 ${image}。`,

  nothingStuck: '没有卡住的 ImageCache。',
  stuck: (objects) => `${few(objects)} 一直处于“Processing”，但已经没有任何容器组在为其拉取。`,
  stuckUntilController: (objects) => `在 kube-fledged 的控制器恢复运行之前，${few(objects)} 会一直处于“Processing”。`,
  noLeftovers: 'Pullthrough 没有遗留任何对象。',
  leftovers: (objects) => `Pullthrough 遗留且未在使用的对象：${few(objects)}。`,

  kruiseServed: (versions) => `OpenKruise 提供 ImagePullJob（${list(versions)}）。`,
  kruiseAbsent: '没有安装 OpenKruise，也不需要它。',

  rightsThere: (feature) => `该用户有权${spaced(features[feature])}。`,
  rightsMissing: (feature, groups) =>
    `要${spaced(features[feature])}，该用户缺少以下权限：${groups.map(rightOf).join('；')}。`,

  installFix: (namespace, host) =>
    host === ''
      ? `把 kube-fledged 0.10 安装到命名空间 ${namespace}，镜像来自 Docker Hub。`
      : `把 kube-fledged 0.10 安装到命名空间 ${namespace}，镜像经过 ${host}。`,
  rescueFix: '让 kube-fledged 自己拉取不到镜像的程序改用镜像加速。',
  helpersFix: '让 kube-fledged 通过镜像加速获取辅助镜像。',
  releaseFix: (count) => `请 kube-fledged 重新处理 ${String(count)} 个卡住的 ImageCache。`,
  cleanFix: (count) => `删除 Pullthrough 的这 ${String(count)} 个对象。`,

  fixDone: (written, alreadyThere) =>
    `已完成：写入 ${String(written)} 个对象${alreadyThere === 0 ? '' : `，另有 ${String(alreadyThere)} 个已经存在`}。`,
  fixStopped: (object, why, done, left) =>
    `在 ${object} 处停止：${why.replace(/[。.]$/, '')}；${done.length === 0 ? '没有写入任何对象' : `已写入：${done.join('、')}`}${left.length === 0 ? '' : `；未写入：${left.join('、')}`}。`,
  changedMeanwhile: '它在显示之后已被修改，请重新检查',
  goneMeanwhile: '它已不存在',
  notAllowed: (verb, resource, namespace) =>
    `该用户无权${namespace === '' ? '' : `在 ${namespace} 中`} ${verb} ${resource}`,
};

function list(texts: readonly string[]): string {
  return texts.join('、');
}

/** Named as far as a sentence can hold them; the fix names all. */
function few(objects: readonly string[]): string {
  return objects.length <= 3 ? list(objects) : `${objects.slice(0, 2).join('、')} 等 ${String(objects.length)} 个对象`;
}

/** Latin letters are set off with spaces. */
function spaced(text: string): string {
  return `${/^[A-Za-z]/.test(text) ? ' ' : ''}${text}${/[A-Za-z]$/.test(text) ? ' ' : ''}`;
}

function rightOf({ verbs, resource, namespace }: MissingGroup): string {
  return `${namespace === '' ? '' : `在 ${namespace} 中 `}${verbs.join('、')} ${resource}`;
}
