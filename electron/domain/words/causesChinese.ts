import { pauseImageSettings as settings, type CauseForm, type CauseWords, type RefusalWords } from './causeWords';

/** A name in Latin letters is set off with spaces inside a Chinese sentence. */
const registry = (host: string) => (host === '' ? '镜像仓库' : ` ${host} `);
const Registry = (host: string) => (host === '' ? '镜像仓库' : `${host} `);
const mirror = (host: string) => (host === '' ? '镜像加速' : `镜像加速 ${host} `);
const keyIn = ({ section, key }: { readonly section: string; readonly key: string }) => `${section} 中的 ${key}`;
/** Where from, unless the image's own name says it. */
const from = (host: string, image = '') => (host === '' || image.startsWith(`${host}/`) ? '' : `从 ${host} `);

export const causesChinese: Readonly<Record<CauseForm, CauseWords>> = {
  unreachable: {
    title: '无法连接镜像仓库',
    explanation: ({ image, host }) => `节点与${registry(host)}之间无法连通，因此未能拉取 ${image}。`,
    mirrorHelps: '只要节点能连上镜像加速，就可以解决。',
    next: ({ host }) => `通过镜像加速拉取，或为节点打通到${registry(host)}的网络（DNS、防火墙、代理）。`,
  },
  'rate-limited': {
    title: '拉取次数超限',
    explanation: ({ image, host }) => `${Registry(host)}认为当前地址拉取过于频繁，暂时不提供 ${image}。`,
    mirrorHelps: '镜像加速可以解决，从其他主机拉取不计入这一限额。',
    next: ({ host }) => `通过镜像加速拉取，等待限额重置，或为${registry(host)}配置额度更高的拉取密钥。`,
  },
  'node-limit': {
    title: '节点拉取过于频繁',
    explanation: ({ image }) => `节点限制了每秒发起的拉取次数，${image} 需要排队。`,
    mirrorHelps: '镜像加速没有作用，因为还没有访问任何镜像仓库。',
    next: () => '稍等即可，节点会自动重试；如果经常出现，请调高 kubelet 的 registryPullQPS。',
  },
  'mirror-error': {
    title: '镜像加速出错',
    explanation: ({ image, host }) => `${mirror(host)}拒绝或未能提供 ${image}。`,
    mirrorHelps: '换一个镜像加速也许可行。',
    next: () => '换一个镜像加速，或稍后再试；有些镜像加速只提供白名单内的镜像。',
  },
  'mirror-login': {
    title: '镜像加速需要登录',
    explanation: ({ image, host }) => `${mirror(host)}要求登录后才能拉取 ${image}，而节点没有提供有效的凭据。`,
    mirrorHelps: '可以换一个镜像加速；有了凭据之后，这个镜像加速也能用。',
    next: ({ host }) =>
      `请在容器组所在的命名空间，为工作负载的容器组模板添加${host === '' ? '镜像加速主机' : ` ${host} `}的拉取密钥；模板没有指定任何密钥的，也可以加到服务账号上。之后新建的容器组即可使用。kubelet 按所拉取名称中的主机查找凭据，而 Pullthrough 从不复制密钥。`,
  },
  interrupted: {
    title: '拉取中断',
    explanation: ({ image, host }) => `${from(host, image)}拉取 ${image} 未完成就被中断，多半是因为耗时过长。`,
    mirrorHelps: '离节点更近的镜像加速往往足够快。',
    next: () => '通过镜像加速拉取；节点自己也会继续重试。',
  },
  tls: {
    title: '连接不受信任',
    explanation: ({ image, host }) =>
      `节点不信任与${registry(host)}的连接（证书或协议与预期不符），因此未能拉取 ${image}。`,
    mirrorHelps: '镜像加速没有作用：仓库有应答，缺的只是节点对它的信任。',
    next: () =>
      '请查看节点给出的信息：证书过期的，请更新证书；使用私有 CA 的，请在节点上安装其证书；本来就不使用 TLS 的仓库，请在容器运行时中标为不安全。',
  },
  'led-elsewhere': {
    title: '连接被引到别处',
    explanation: ({ image, host }) =>
      `节点访问${registry(host)}时，应答的是另一台服务器（证书不符），因此未能拉取 ${image}。`,
    mirrorHelps: '镜像加速也许有用，它的域名多半不受影响；可以试一试。',
    next: ({ host }) =>
      `通过镜像加速拉取，或查明是什么把节点到${registry(host)}的连接引到了别处：DNS、代理或 hosts 文件。`,
  },
  unauthorized: {
    title: '需要登录',
    explanation: ({ image, host }) => `没有有效的登录凭据，${Registry(host)}不提供 ${image}。`,
    mirrorHelps: '镜像加速没有作用：它拿不到你的凭据，也看不到私有镜像。',
    next: ({ host }) =>
      `请为工作负载的容器组模板添加${registry(host)}的有效拉取密钥；模板没有指定任何密钥的，也可以加到服务账号上。之后新建的容器组即可使用。`,
  },
  'private-or-not-found': {
    title: '私有镜像或不存在',
    explanation: ({ image, host }) =>
      `${Registry(host)}拒绝访问 ${image}：它是私有镜像，或者并不存在，仓库不会说明是哪一种。`,
    mirrorHelps: '镜像加速没有作用：私有的和不存在的镜像它都没有。',
    next: ({ host }) => `请核对名称；如果是私有镜像，请为工作负载的容器组模板添加${registry(host)}的拉取密钥。`,
  },
  'refused-here': {
    title: '当前地址被拒绝',
    explanation: ({ image, host }) =>
      `${Registry(host)}的镜像都是公开的，却拒绝提供 ${image}：可能是屏蔽了你的网络或地区。`,
    mirrorHelps: '镜像加速从别处访问，也许可行；可以试一试。',
    next: ({ host }) => `通过镜像加速拉取，或查明${registry(host)}为何拒绝节点的地址。`,
  },
  'not-found': {
    title: '镜像不存在',
    explanation: ({ image, host }) => `${Registry(host)}上没有 ${image}。`,
    mirrorHelps: '镜像加速没有作用：原仓库没有的，它也没有。',
    next: () => '请检查名称和标签是否写错，以及镜像是否已被删除或尚未推送。',
  },
  'not-found-or-private': {
    title: '不存在或为私有镜像',
    explanation: ({ image }) => `Docker Hub 拒绝访问 ${image}：可能是名称有误，也可能是私有镜像，它不会说明是哪一种。`,
    mirrorHelps: '只有镜像其实是公开的，镜像加速才有用；可以试一试。',
    next: () => '请核对名称；如果是私有镜像，请为工作负载的容器组模板添加 Docker Hub 的拉取密钥。',
  },
  'bad-reference': {
    title: '镜像名称无效',
    explanation: ({ image }) => `“${image}”不是有效的镜像名称，因此节点没有访问任何仓库。`,
    mirrorHelps: '镜像加速没有作用，需要改正名称本身。',
    next: () => '请在工作负载中改正镜像名称：只用小写字母，前面不加 https://，也不要留下未替换的占位符。',
  },
  'short-name': {
    title: '镜像名称不完整',
    explanation: ({ image }) => `${image} 没有写明镜像仓库，节点不知道该向哪个仓库拉取。`,
    mirrorHelps: '镜像加速可能有用，因为经由它的名称是完整的。',
    next: () =>
      '请在工作负载中写出带仓库的完整名称，例如 docker.io/library/nginx，或在节点的 /etc/containers/registries.conf 中配置要搜索的仓库。',
  },
  'no-matching-platform': {
    title: '没有适合该节点的版本',
    explanation: ({ image, host }) =>
      `${host === '' || image.startsWith(`${host}/`) ? '' : `${host} 上的 `}${image} 没有适合该节点处理器或操作系统的版本。`,
    mirrorHelps: '镜像加速没有作用，它提供的版本完全相同。',
    next: () => '请改用支持该平台的镜像，或让容器组运行在其他节点上。',
  },
  'disk-full': {
    title: '节点磁盘已满',
    explanation: ({ image }) => `节点磁盘已满或出现故障，无法保存 ${image}。`,
    mirrorHelps: '镜像加速没有作用，镜像仍要存到同一块磁盘上。',
    next: () => '请清理节点空间（例如删除不用的镜像），或检查磁盘。',
  },
  signature: {
    title: '签名未通过',
    explanation: ({ image }) => `适用于该节点的签名策略不接受 ${image}。`,
    mirrorHelps: '这里不应使用镜像加速，否则等于绕过策略。',
    next: () => '请为镜像签名，或请策略的维护者放行。',
  },
  'never-policy': {
    title: '禁止拉取',
    explanation: ({ image }) => `节点上没有 ${image}，或者该容器组无权使用它，而拉取策略 Never 禁止拉取。`,
    mirrorHelps: '镜像加速没有作用，它的镜像同样需要拉取。',
    next: () => '请用完全相同的名称把镜像导入节点，或在工作负载中将 imagePullPolicy 改为 IfNotPresent。',
  },
  unknown: {
    title: '原因不明',
    explanation: ({ image, host }) => `未能${from(host, image)}拉取 ${image}，节点给出的信息中没有已知的原因。`,
    mirrorHelps: '不确定镜像加速是否有用；可以试一试。',
    next: () => '请查看节点给出的原始信息，或容器组的事件。',
  },
  'node-trouble': {
    title: '节点自身有问题',
    explanation: ({ image }) => `节点无法处理 ${image}，问题不在镜像仓库。`,
    mirrorHelps: '镜像加速没有作用，问题出在节点本身。',
    next: () => '请检查节点的容器运行时和存储；如果镜像格式过旧，则需要重新构建镜像。',
  },
  sandbox: {
    title: '缺少 pause 镜像',
    explanation: ({ host, cause }) =>
      `节点无法${from(host)}获取自己的 pause 镜像（${cause}），没有它任何容器组都无法在该节点启动。`,
    mirrorHelps: '修改容器组没有用，这个镜像写在节点的配置里。',
    next: () =>
      `请在节点的容器运行时中改用能拉到的 pause 镜像（例如经由镜像加速的），然后重启运行时：containerd 1.x 为 ${keyIn(settings.containerd1)}，containerd 2.x 为 ${keyIn(settings.containerd2)}，CRI-O 为 ${keyIn(settings.crio)}，cri-dockerd 为 ${settings.criDockerd}。`,
  },
};

export const refusalsChinese: RefusalWords = {
  'no-rule': (about) => `没有镜像加速规则匹配 ${about}。`,
  excluded: (about) => `“${about}”在从不代理的名单中。`,
  'already-proxied': (about) => `镜像已经经由镜像加速 ${about}。`,
  local: (about) => `${about} 指的是节点自身，镜像加速无法访问。`,
  'ip-host': (about) => `${about} 是 IP 地址，镜像加速无法据此找到仓库。`,
  'host-without-dot': (about) => `${about} 是内部网络中的名称，镜像加速并不认识。`,
  port: (about) => `${about} 带有端口，不能写进镜像加速的路径。`,
  invalid: (about) => (about === '' ? '镜像名称为空。' : `“${about}”不是有效的镜像名称。`),
  'image-id': () => '镜像以 ID 给出，只有节点自己认识。',
  'not-on-allow-list': (about) => `镜像加速 ${about} 不提供这个镜像：它不在白名单内。`,
  budget: (about) => `对镜像加速 ${about} 的请求已接近上限，继续请求可能导致当前地址被封禁。`,
  'static-pod': () => '这是静态容器组：节点按本地文件运行它，不理会集群中的修改。',
  'never-policy': () => '拉取策略 Never 禁止拉取，换任何名称都一样。',
  'opted-out-pod': () => '容器组通过注解 pullthrough.dev/auto 要求不作处理。',
  'opted-out-namespace': (about) => `命名空间 ${about} 被设为不作处理。`,
  'ephemeral-container': () => '调试容器的镜像创建后不能修改。',
  'image-volume': (about) =>
    about === '' ? '镜像用于容器组的卷，而卷不能修改。' : `${about} 用于容器组的卷，而卷不能修改。`,
  cause: (about) => `镜像加速解决不了这个问题：${about}。`,
  sandbox: () => '缺少的是节点自己的 pause 镜像，修改容器组没有用。',
};
