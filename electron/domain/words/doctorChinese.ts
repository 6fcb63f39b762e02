import type { MissingGroup, RightsFeature, RightsMode } from '../rights/rights';
import { refusalOf } from '../rights/refusal';
import type { DoctorProgram, DoctorSubject, DoctorWords, Limit, ProgramTrouble, WayInstead } from './doctor';

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
  repair: '修复检查发现的问题',
};

const programs: Readonly<Record<DoctorProgram, string>> = {
  controller: 'kube-fledged 的控制器',
  webhook: 'kube-fledged 的 webhook 服务器',
};

const instead: Readonly<Record<WayInstead, string>> = {
  kruise: 'Pullthrough 改用 OpenKruise 提前拉取镜像',
  'pull-pods': 'Pullthrough 改用自己的拉取容器组提前拉取镜像',
  none: '该用户也无权创建容器组，因此替换镜像之前不会提前拉取',
};

const withoutWebhook = (fails: boolean) =>
  fails ? '因此任何 ImageCache 都无法写入，kube-fledged 自己也不例外' : '因此没有人检查 ImageCache';

export const doctorChinese: DoctorWords = {
  unread: (subject, ...failures) => {
    const may = failures.flatMap((failure) => ('forbidden' in failure ? mayNot(failure.forbidden) : []));
    const silent = failures.flatMap((failure) => ('unanswered' in failure ? failure.unanswered : []));
    const why = may.length > 0 ? `，该用户无权${before(may.join('；'))}` : `：${silent.join('；')}`;
    return stopped(`无法查看${before(subjects[subject])}${why}`);
  },
  serverSilent: (why) => stopped(`API 服务器没有应答：${why}`),

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

  fledgedAbsent: (way) => `没有安装 kube-fledged；${instead[way]}。`,
  definitionServed: (versions) => `kube-fledged 的 ImageCache 可用，版本为 ${list(versions)}。`,
  definitionOld: (served, way) =>
    `这里的 kube-fledged 早于 0.8，无法使用，因为它的 ImageCache 只有 ${list(served)}；${instead[way]}。移除它之后才会提供 0.10 的安装：两者使用相同的名称，旧的 ImageCache 也不会沿用。`,
  definitionGone: 'kube-fledged 的控制器存在，但它的类型 ImageCache 不可用。',
  controllerAbsent: (namespace) =>
    `ImageCache 可用，但命名空间 ${namespace} 中没有 kube-fledged 的控制器，因此它们会一直等待。`,

  programRuns: (program, title) => `${programs[program]} ${title} 正在运行。`,
  programStarts: (program, title) => `${programs[program]} ${title} 正在启动。`,
  programDown: (program, title, trouble, fails) => {
    const so = program === 'webhook' ? withoutWebhook(fails) : '因此没有人处理 ImageCache';
    return stopped(`${programs[program]} ${title} ${down(trouble, so)}`);
  },

  webhookAbsent: '没有 webhook 检查 ImageCache，因此错误地修改其列表可能使 kube-fledged 的控制器崩溃。',
  webhookElsewhere: '由集群之外的 webhook 检查 ImageCache。',
  webhookRuns: (service) => `webhook ${service} 正在运行，并且有证书。`,
  webhookWithoutService: (service, fails) => `webhook 的 Service ${service} 不存在，${withoutWebhook(fails)}。`,
  webhookDown: (service, fails) => `webhook 的 Service ${service} 背后没有就绪的容器组，${withoutWebhook(fails)}。`,
  webhookWithoutCertificate: (configuration, fails) =>
    `无法调用 webhook，其配置 ${configuration} 中没有证书（caBundle），${withoutWebhook(fails)}。`,
  webhookCertificateExpired: (configuration, expired, fails) =>
    `无法调用 webhook，其配置 ${configuration} 中的证书（caBundle）已于 ${expired} 到期，${withoutWebhook(fails)}。`,
  certificateByHand: '这里没有服务器会自行写入证书：需要由签发证书的人写入。',

  helperHangs: (image, node, cause) => `在 ${node} 上拉取不到辅助镜像 ${image}：${cause}。`,
  helperPulled: (image, node) => `辅助镜像 ${image} 已在 ${node} 上拉取过。`,
  helperPresent: (image, nodes, of) =>
    `按节点列出的镜像，${String(of)} 个节点中有 ${String(nodes)} 个已有辅助镜像 ${image}。`,
  helperNeighbour: (image) => `辅助镜像 ${image} 尚未拉取过；控制器自己的镜像来自同一个镜像仓库。`,
  helperMirrored: (image, host) => `辅助镜像 ${image} 尚未拉取过；它经过镜像加速 ${host}。`,
  helperDoubtful: (image, host) => `没有迹象表明节点能否从 ${host} 拉取辅助镜像 ${image}，该镜像仓库有镜像加速可用。`,
  helperUnknown: (image) => `没有迹象表明节点能否拉取辅助镜像 ${image}。`,

  nothingStuck: (limits) => `${lookedOnly(limits)}没有卡住的 ImageCache。`,
  stuck: (objects) => `${few(objects)} 一直处于“Processing”，但已经没有任何容器组在为其拉取。`,
  stuckUntilController: (objects) => `在 kube-fledged 的控制器恢复运行之前，${few(objects)} 会一直处于“Processing”。`,
  noLeftovers: (limits) => `${lookedOnly(limits)}Pullthrough 没有遗留任何对象。`,
  leftovers: (objects, limits) => `${lookedOnly(limits)}Pullthrough 遗留且未在使用的对象：${few(objects)}。`,

  kruiseServed: (versions) => `OpenKruise 提供 ImagePullJob（${list(versions)}）。`,
  kruiseAbsent: '没有安装 OpenKruise，也不需要它。',

  rightsThere: (feature) => `该用户有权${before(features[feature])}。`,
  rightsMissing: (feature, groups) =>
    `要${before(features[feature])}，该用户缺少以下权限：${groups.map(rightOf).join('；')}。`,

  installFix: (namespace, host) =>
    host === ''
      ? `把 kube-fledged 0.10 安装到命名空间 ${namespace}，镜像来自 Docker Hub。`
      : `把 kube-fledged 0.10 安装到命名空间 ${namespace}，镜像经过 ${host}。`,
  completeFix: (objects) => `创建 kube-fledged 0.10 缺少的部分：${few(objects)}。`,
  scaleFix: (titles) => `把 ${list(titles)} 的副本数设为 1。`,
  restartFix: (title) => `重新启动 ${title}，使它生成证书并写入配置。`,
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

/** A trouble of a program, with what comes of it; what a server tells stands last, as it may be long. */
function down(trouble: ProgramTrouble, so: string): string {
  switch (trouble.is) {
    case 'scaled-to-zero':
      return `的副本数被设为 0，${so}`;
    case 'image':
      return `无法启动，${so}：拉取不到它的镜像 ${trouble.image}（${trouble.cause}）`;
    case 'crashing': {
      const reason = trouble.reason === '' ? '' : `（${trouble.reason}）`;
      return `无法保持运行，${so}：容器 ${trouble.container} 以退出码 ${String(trouble.exitCode)}${reason}结束`;
    }
    case 'waiting':
      return `无法启动，${so}：容器 ${trouble.container} 处于 ${trouble.reason}`;
    case 'unscheduled':
      return `无法启动，${so}：没有节点可以运行它：${trouble.message}`;
    case 'no-pods':
      return `没有容器组，${so}：创建被拒绝：${trouble.message}`;
  }
}

/** Another sentence than the usual one stands as it is. */
function mayNot(forbidden: string): string {
  const refusal = refusalOf(forbidden);
  return refusal ? rightOf(refusal) : forbidden;
}

/** Before a sentence of what was looked for; empty where that was everywhere. */
function lookedOnly(limits: readonly Limit[]): string {
  if (limits.length === 0) return '';
  const places = limits.map(({ resource, namespaces }) => `${resource} 仅限 ${list(namespaces)}`);
  return `在该用户可以查看的范围内（${places.join('；')}），`;
}

/** What a server tells may have its own full stop. */
function stopped(sentence: string): string {
  return `${sentence.replace(/[.。]$/, '')}。`;
}

/** Latin letters are set off with spaces from Chinese text, and not from its punctuation. */
function before(text: string): string {
  return `${/^[A-Za-z]/.test(text) ? ' ' : ''}${text}`;
}

function rightOf({ verbs, resource, namespace }: MissingGroup): string {
  return `${namespace === '' ? '' : `在 ${namespace} 中 `}${verbs.join('、')} ${resource}`;
}
