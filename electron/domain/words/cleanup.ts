import type { LeftReason } from '../doctor/cleanup';
import type { Language } from './language';

/** What `pullthrough cleanup` says. */
export interface CleanupWords {
  readonly removed: (object: string) => string;
  readonly wouldRemove: (object: string) => string;
  readonly forgotten: (object: string, keys: readonly string[]) => string;
  readonly wouldForget: (object: string, keys: readonly string[]) => string;
  readonly failed: (object: string, why: string) => string;
  readonly left: (object: string, why: LeftReason) => string;
  readonly unread: (kind: string, why: string) => string;
  readonly nothing: (context: string) => string;
}

const minutesUntil = (until: number, now: number) => Math.max(1, Math.ceil((until - now) / 60_000));

/** `now`: milliseconds since the epoch. */
export function cleanupWords(language: Language, now: number): CleanupWords {
  return language === 'zh' ? chinese(now) : english(now);
}

function english(now: number): CleanupWords {
  const why = (reason: LeftReason): string => {
    switch (reason.is) {
      case 'young':
        return `another instance may be at work with it; it can go in ${String(minutesUntil(reason.until, now))} min`;
      case 'journal':
        return 'Pullthrough on this computer is to go on with it';
      case 'name':
        return 'it has Pullthrough’s label, and a name that Pullthrough gives to nothing';
      case 'working':
        return 'it has not ended';
      case 'swapped':
        return `${reason.container} has the mirror’s image ${reason.image}, and its annotation the original ${reason.original}`;
      case 'restoring':
        return 'its containers are going back to their own images';
      case 'unreadable':
        return 'its annotation cannot be read';
    }
  };
  return {
    removed: (object) => `Removed ${object}.`,
    wouldRemove: (object) => `Would remove ${object}.`,
    forgotten: (object, keys) => `Removed from ${object}: ${keys.join(', ')}.`,
    wouldForget: (object, keys) => `Would remove from ${object}: ${keys.join(', ')}.`,
    failed: (object, detail) => `Could not remove ${object}: ${detail}`,
    left: (object, reason) => `Left ${object}: ${why(reason)}.`,
    unread: (kind, detail) => `Could not look for any ${kind}: ${detail}`,
    nothing: (context) => `Nothing of Pullthrough’s is left in the context ${context}.`,
  };
}

function chinese(now: number): CleanupWords {
  const why = (reason: LeftReason): string => {
    switch (reason.is) {
      case 'young':
        return `可能有另一个实例正在使用它；${String(minutesUntil(reason.until, now))} 分钟后可以清理`;
      case 'journal':
        return '本机的 Pullthrough 还要继续处理它';
      case 'name':
        return '它带有 Pullthrough 的标签，但名称不是 Pullthrough 起的';
      case 'working':
        return '它尚未结束';
      case 'swapped':
        return `${reason.container} 用的是镜像加速的 ${reason.image}，原镜像 ${reason.original} 只记在注解里`;
      case 'restoring':
        return '它的容器正在换回原镜像';
      case 'unreadable':
        return '它的注解无法读取';
    }
  };
  return {
    removed: (object) => `已清理 ${object}。`,
    wouldRemove: (object) => `将清理 ${object}。`,
    forgotten: (object, keys) => `已从 ${object} 移除：${keys.join('、')}。`,
    wouldForget: (object, keys) => `将从 ${object} 移除：${keys.join('、')}。`,
    failed: (object, detail) => `未能清理 ${object}：${detail}`,
    left: (object, reason) => `保留 ${object}：${why(reason)}。`,
    unread: (kind, detail) => `无法查找 ${kind}：${detail}`,
    nothing: (context) => `上下文 ${context} 中没有 Pullthrough 遗留的对象。`,
  };
}
