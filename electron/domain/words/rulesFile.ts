import type { Language } from './language';

/** What is said of a file of mirror rules before its content is looked at. */
interface RulesFileWords {
  readonly kind: string;
  readonly notAFile: string;
  readonly tooLarge: (file: string) => string;
  readonly cannotBeRead: (file: string, detail: string) => string;
  readonly cannotBeWritten: (file: string, detail: string) => string;
}

/** In bytes; thousands of rules fit. */
export const rulesFileLimit = 256 * 1024;

/** The name that is proposed for the file. */
export const rulesFileName = 'pullthrough-mirrors.json';

export const rulesFileWords: Readonly<Record<Language, RulesFileWords>> = {
  en: {
    kind: 'Mirror rules',
    notAFile: 'not a file',
    tooLarge: (file) => `${file} is too large for a list of mirror rules.`,
    cannotBeRead: (file, detail) => `${file} cannot be read: ${detail}`,
    cannotBeWritten: (file, detail) => `${file} cannot be written: ${detail}`,
  },
  zh: {
    kind: '镜像加速规则',
    notAFile: '不是文件',
    tooLarge: (file) => `${file} 太大，不会是镜像加速规则的文件。`,
    cannotBeRead: (file, detail) => `无法读取 ${file}：${detail}`,
    cannotBeWritten: (file, detail) => `无法写入 ${file}：${detail}`,
  },
};
