import type { AppState, GaveUpReason, IncidentView, RestoreView } from '../appState';
import type { Notice } from '../views/notices';
import { causeTexts } from './causes';
import type { Language } from './language';

/** A notification in words. `fix` and `open` are the names of its buttons, where a platform has buttons. */
export interface NoticeText {
  readonly title: string;
  readonly body: string;
  readonly fix: string;
  readonly open: string;
}

/** Null when what the notice is about is gone already: then there is nothing to say. */
export function noticeText(notice: Notice, state: AppState, language: Language): NoticeText | null {
  const say = words[language];
  const text = (title: string, body: string): NoticeText => ({ title, body, fix: say.fix, open: say.why });
  const incident = (context: string, id: string) =>
    state.incidents.find((one) => one.context === context && one.id === id);

  switch (notice.kind) {
    case 'failure': {
      const found = incident(notice.context, notice.incident);
      if (!found) return null;
      const fixes = notice.fixable && state.settings.notificationClick === 'fix';
      const click = fixes ? say.clickToFix : notice.fixable ? say.clickToOpen : say.clickToSeeWhy;
      const cause = causeTexts(language, found.diagnosis, { image: found.image, host: '' }).title;
      return text(say.failure(shortImage(found)), say.failureBody(cause, podCount(found), found.context, click));
    }
    case 'several-failures': {
      const found = notice.incidents.flatMap((one) => incident(one.context, one.incident) ?? []);
      if (found.length === 0) return null;
      const named = found.slice(0, 3).map(shortImage).join(say.comma);
      const list = found.length > 3 ? say.andMore(named, found.length - 3) : named;
      return text(say.several(found.length), say.severalBody(list, notice.alreadyBroken));
    }
    case 'healed': {
      const found = incident(notice.context, notice.incident);
      if (found?.progress.is !== 'healed') return null;
      return text(say.healed(shortImage(found)), say.healedBody(found.progress.via, podCount(found), found.context));
    }
    case 'gave-up': {
      const found = incident(notice.context, notice.incident);
      if (found?.progress.is !== 'gave-up') return null;
      return text(say.gaveUp(shortImage(found)), say.gaveUpBody(say.reason(found.progress.why), found.context));
    }
    case 'restore-ready':
    case 'restored':
    case 'swapped-back': {
      const found = state.restores.filter((one) => one.context === notice.context && notice.restores.includes(one.id));
      const [first] = found;
      if (!first) return null;
      const { one, several, body } = say.restores[notice.kind];
      return text(found.length === 1 ? one(first.pod) : several(found.length), body(found, notice.context));
    }
  }
}

const longest = 60;

/** The end of a reference tells images apart, so a long one loses its beginning. */
function shortImage({ image }: IncidentView): string {
  return image.length <= longest ? image : `…${image.slice(image.length - longest + 1)}`;
}

const podCount = ({ pods }: IncidentView): number => new Set(pods.map((pod) => pod.uid)).size;
const restartCount = (restores: readonly RestoreView[]): number =>
  restores.reduce((sum, { restarts, containers }) => sum + (restarts ?? containers.length), 0);

const plural = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;

const en = {
  failure: (image: string) => `${image} cannot be pulled`,
  failureBody: (cause: string, pods: number, context: string, click: string) =>
    `${cause} – ${plural(pods, 'pod')} in ${context}. ${click}`,
  clickToFix: 'Click to fix.',
  clickToOpen: 'Click to open.',
  clickToSeeWhy: 'Click to see why.',
  several: (n: number) => `${plural(n, 'image')} cannot be pulled`,
  severalBody: (list: string, already: boolean) =>
    `${list}.${already ? ' They failed before Pullthrough was watching.' : ''} Click to open.`,
  andMore: (list: string, n: number) => `${list} and ${String(n)} more`,
  comma: ', ',
  healed: (image: string) => `${image} is healed`,
  healedBody: (via: string, pods: number, context: string) => `${plural(pods, 'pod')} in ${context}, through ${via}.`,
  gaveUp: (image: string) => `${image} could not be fixed`,
  gaveUpBody: (why: string, context: string) => `${why} (${context}) Click to see why.`,
  reason: (why: GaveUpReason): string => {
    switch (why.is) {
      case 'no-mirror-left':
        return 'No mirror could deliver it.';
      case 'denied':
        return `You may not ${why.verb} ${why.resource} in ${why.namespace}.`;
      case 'rejected':
        return `The cluster refused the change: ${why.detail}.`;
      case 'unreachable':
        return `The cluster could not be reached: ${why.detail}.`;
    }
  },
  restores: {
    'restore-ready': {
      one: (pod: string) => `${pod} can have its original image back`,
      several: (n: number) => `${plural(n, 'pod')} can have their original images back`,
      body: (restores: readonly RestoreView[], context: string) =>
        `Restoring restarts ${plural(restartCount(restores), 'container')} in ${context}. Click to open.`,
    },
    restored: {
      one: (pod: string) => `${pod} runs its original image again`,
      several: (n: number) => `${plural(n, 'pod')} run their original images again`,
      body: (_restores: readonly RestoreView[], context: string) => `Restored in ${context}.`,
    },
    'swapped-back': {
      one: (pod: string) => `${pod} did not start with its original image`,
      several: (n: number) => `${plural(n, 'pod')} did not start with their original images`,
      body: (_restores: readonly RestoreView[], context: string) =>
        `Back on the mirror (${context}); no restore is tried by itself again. Click to open.`,
    },
  },
  fix: 'Fix',
  why: 'Why?',
};

const zh: typeof en = {
  failure: (image) => `无法拉取 ${image}`,
  failureBody: (cause, pods, context, click) => `${cause}：${context} 中 ${String(pods)} 个容器组。${click}`,
  clickToFix: '点击修复。',
  clickToOpen: '点击打开。',
  clickToSeeWhy: '点击查看原因。',
  several: (n) => `${String(n)} 个镜像无法拉取`,
  severalBody: (list, already) => `${list}。${already ? '它们在 Pullthrough 开始监视之前就已失败。' : ''}点击打开。`,
  andMore: (list, n) => `${list} 等，另有 ${String(n)} 个`,
  comma: '、',
  healed: (image) => `${image} 已修复`,
  healedBody: (via, pods, context) => `${context} 中 ${String(pods)} 个容器组，经由 ${via}。`,
  gaveUp: (image) => `无法修复 ${image}`,
  gaveUpBody: (why, context) => `${why}（${context}）点击查看原因。`,
  reason: (why) => {
    switch (why.is) {
      case 'no-mirror-left':
        return '没有加速地址能提供它。';
      case 'denied':
        return `没有权限在 ${why.namespace} 中 ${why.verb} ${why.resource}。`;
      case 'rejected':
        return `集群拒绝了更改：${why.detail}。`;
      case 'unreachable':
        return `无法连接集群：${why.detail}。`;
    }
  },
  restores: {
    'restore-ready': {
      one: (pod) => `${pod} 可以换回原镜像`,
      several: (n) => `${String(n)} 个容器组 可以换回原镜像`,
      body: (restores, context) => `还原会重启 ${context} 中 ${String(restartCount(restores))} 个容器。点击打开。`,
    },
    restored: {
      one: (pod) => `${pod} 已用回原镜像运行`,
      several: (n) => `${String(n)} 个容器组 已用回原镜像运行`,
      body: (_restores, context) => `已在 ${context} 中还原。`,
    },
    'swapped-back': {
      one: (pod) => `${pod} 用原镜像未能启动`,
      several: (n) => `${String(n)} 个容器组 用原镜像未能启动`,
      body: (_restores, context) => `已换回加速地址（${context}），不会再自动还原。点击打开。`,
    },
  },
  fix: '修复',
  why: '原因',
};

const words: Readonly<Record<Language, typeof en>> = { en, zh };
