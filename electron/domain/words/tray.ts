import type { ContextStatus } from '../appState';
import type { TrayStatus } from '../views/trayStatus';
import type { Language } from './language';

/** The texts of the tray's tooltip and menu. */
export interface TrayWords {
  /** One line, most important fact first. */
  readonly tooltip: (status: TrayStatus) => string;
  readonly contextStatus: (status: ContextStatus) => string;
  readonly watch: string;
  readonly auto: string;
  readonly fixAll: (count: number) => string;
  readonly moreContexts: (count: number) => string;
  readonly noContexts: string;
  readonly open: string;
  readonly quit: string;
}

const name = 'Pullthrough';

const en: TrayWords = {
  tooltip: (status) =>
    line(
      [
        count(status.failing, '1 image cannot be pulled', (n) => `${n} images cannot be pulled`),
        count(status.working, 'healing 1', (n) => `healing ${n}`),
        blind(
          status,
          (context) => `${context} cannot be seen`,
          (n) => `${n} contexts cannot be seen`,
        ),
        count(status.restoresReady, '1 can be restored', (n) => `${n} can be restored`),
      ],
      status.watched === 0
        ? 'nothing is watched'
        : status.connecting.length === status.watched
          ? 'connecting'
          : `all images arrive (${seenOf(status, ' of ')} ${status.watched === 1 ? 'context' : 'contexts'})`,
      ', ',
    ),
  contextStatus: (status) =>
    ({
      off: 'off',
      connecting: 'connecting',
      syncing: 'reading',
      live: 'live',
      blind: 'cannot be reached',
      denied: 'not allowed',
    })[status.is],
  watch: 'Watch',
  auto: 'Auto-proxy',
  fixAll: (n) => `Fix all (${String(n)})`,
  moreContexts: (n) => `${String(n)} more…`,
  noContexts: 'No contexts found',
  open: 'Open Pullthrough',
  quit: 'Quit',
};

const zh: TrayWords = {
  tooltip: (status) =>
    line(
      [
        count(status.failing, '1 个镜像无法拉取', (n) => `${n} 个镜像无法拉取`),
        count(status.working, '正在修复 1 个', (n) => `正在修复 ${n} 个`),
        blind(
          status,
          (context) => `无法看到 ${context}`,
          (n) => `无法看到 ${n} 个上下文`,
        ),
        count(status.restoresReady, '1 个可以还原', (n) => `${n} 个可以还原`),
      ],
      status.watched === 0
        ? '没有监视任何上下文'
        : status.connecting.length === status.watched
          ? '正在连接'
          : `所有镜像正常（${seenOf(status, '/')} 个上下文）`,
      '，',
    ),
  contextStatus: (status) =>
    ({
      off: '已关闭',
      connecting: '正在连接',
      syncing: '正在读取',
      live: '实时',
      blind: '无法连接',
      denied: '没有权限',
    })[status.is],
  watch: '监视',
  auto: '自动代理',
  fixAll: (n) => `全部修复（${String(n)}）`,
  moreContexts: (n) => `还有 ${String(n)} 个…`,
  noContexts: '没有找到上下文',
  open: '打开 Pullthrough',
  quit: '退出',
};

export const trayWords: Readonly<Record<Language, TrayWords>> = { en, zh };

function line(parts: readonly string[], whenNone: string, comma: string): string {
  const facts = parts.filter((part) => part !== '');
  return `${name}: ${facts.length > 0 ? facts.join(comma) : whenNone}`;
}

function count(n: number, one: string, many: (n: string) => string): string {
  if (n === 0) return '';
  return n === 1 ? one : many(String(n));
}

function blind(status: TrayStatus, one: (context: string) => string, many: (n: string) => string): string {
  const [first] = status.blind;
  if (first === undefined) return '';
  return status.blind.length === 1 ? one(first) : many(String(status.blind.length));
}

/** How many contexts a claim of health is about; of how many, while others are still being read. */
function seenOf({ watched, connecting }: TrayStatus, of: string): string {
  const all = String(watched);
  return connecting.length === 0 ? all : String(watched - connecting.length) + of + all;
}
