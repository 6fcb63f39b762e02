import type { refusalsEnglish } from './refusalsEnglish';

/** Why an image is left alone, in a few words for its row, and what somebody can do; empty where the cause says that. */
export const refusalsChinese: typeof refusalsEnglish = {
  'no-rule': { short: '没有匹配的规则', help: '请在设置中添加支持该仓库的镜像加速。' },
  excluded: { short: '从不代理', help: '请在设置中将它移出从不代理的名单。' },
  'already-proxied': { short: '已经是镜像加速', help: '请在工作负载中改用其他镜像加速，或写回原名称。' },
  local: { short: '位于节点自身', help: '请把镜像导入节点，或改用其他节点也能访问的仓库。' },
  'ip-host': { short: 'IP 地址', help: '请在设置中为该地址添加单独的镜像加速规则。' },
  'host-without-dot': { short: '内部名称', help: '请在设置中为该名称添加单独的镜像加速规则。' },
  port: { short: '主机带端口', help: '请在设置中为该主机添加单独的镜像加速规则。' },
  invalid: { short: '名称无效', help: '请在工作负载中改正名称。' },
  'image-id': { short: '以 ID 给出', help: '请在工作负载中写出镜像的名称。' },
  'not-on-allow-list': { short: '不在白名单', help: '请添加提供此镜像的镜像加速，或申请将其加入白名单。' },
  budget: { short: '暂停请求', help: '请稍候，或添加另一个镜像加速。' },
  'static-pod': { short: '静态容器组', help: '请在节点上的文件中修改镜像。' },
  'never-policy': { short: '拉取策略 Never', help: '' },
  'opted-out-pod': { short: '按要求不处理', help: '请移除容器组上的注解 pullthrough.dev/auto。' },
  'opted-out-namespace': {
    short: '命名空间不处理',
    help: '请在设置中移除该命名空间，或移除它的注解 pullthrough.dev/auto。',
  },
  'ephemeral-container': { short: '调试容器', help: '请用来自镜像加速的镜像另启一个调试容器。' },
  'image-volume': { short: '镜像卷', help: '请在工作负载中为该卷改用来自镜像加速的镜像。' },
  waitUntil: (clock) => `请等到 ${clock}，或添加另一个镜像加速。`,
};
