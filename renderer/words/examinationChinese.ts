import type { examinationEnglish } from './examinationEnglish';

/** What the examination of one context says. */
export const examinationChinese: typeof examinationEnglish = {
  column: '体检',
  open: (name) => `体检 ${name}`,
  looking: '正在检查',
  lookingFacts: '读取 kube-fledged、你的权限和遗留的对象，不写入任何内容。',
  failedTitle: '检查未完成',
  again: '重新检查',
  lookedAt: (clock) => `${clock} 的结果`,
  offTitle: '这个上下文已关闭',
  offFacts: '只有被监视的上下文才能体检。',
  watch: '开始监视',
  allInOrder: '一切正常',
  brokenCount: (_n, text) => `${text} 项有故障`,
  warningCount: (_n, text) => `${text} 项可改进`,
  okCount: (_n, text) => `${text} 项正常`,
  levels: { broken: '故障', warning: '可改进', ok: '正常' },
  fix: '修复…',
  fixLabel: (sentence) => `查看修复方案：${sentence}`,
  fixing: '修复中',
  toFindings: '检查结果',
  plan: {
    band: '将要写入的全部内容',
    inOrder: '按此顺序',
    verbs: { create: '创建', patch: '更改', delete: '删除' },
    marks: { done: '完成', refused: '被拒绝' },
    bodyOf: (object) => `${object} 的 YAML`,
    copyAll: '全部复制',
    hint: (n, text, context) =>
      n === 0 ? `不需要向 ${context} 写入任何内容。` : `向 ${context} 写入 ${text} 个对象。`,
    working: (done, total) => `处理中：已写入 ${done}/${total} 个`,
    doThis: '执行',
    notNow: '暂不',
  },
};
