import type { Language } from './language';

/** What can be wrong with a file of mirror rules, one sentence each; the path of the field stands beside it. */
interface MirrorRulesFileWords {
  /** The line where it goes wrong, where it is known; `detail` is what the engine says of it. */
  readonly notJson: (line: number | null, detail: string) => string;
  readonly notRules: string;
  readonly notARule: string;
  readonly notAList: (field: string) => string;
  readonly notText: (field: string) => string;
  readonly empty: (field: string) => string;
  readonly missing: (field: string) => string;
  readonly unknown: (field: string) => string;
  readonly unknownInFile: (field: string) => string;
  readonly wrong: (field: string) => string;
}

export const mirrorRulesFileWords: Readonly<Record<Language, MirrorRulesFileWords>> = {
  en: {
    notJson: (line, detail) =>
      line === null
        ? `This is not JSON (${inOneLine(detail)}).`
        : `This is not JSON: line ${String(line)} does not fit.`,
    notRules: 'A file of mirror rules is an object with a list called “rules”, or that list alone.',
    notARule: 'A rule is an object with name, match and template.',
    notAList: (field) => `“${field}” has to be a list.`,
    notText: (field) => `${named(field)} has to be text in quotation marks.`,
    empty: (field) => `${named(field)} is empty.`,
    missing: (field) => `“${field}” is missing.`,
    unknown: (field) => `“${field}” is no field of a rule; there are name, match, except and template.`,
    unknownInFile: (field) => `“${field}” is no field of a file of mirror rules; there is rules.`,
    wrong: (field) => `“${field}” does not fit.`,
  },
  zh: {
    notJson: (line, detail) =>
      line === null ? `这不是 JSON（${inOneLine(detail)}）。` : `这不是 JSON：第 ${String(line)} 行有误。`,
    notRules: '镜像加速规则的文件应是包含“rules”列表的对象，或只是这个列表。',
    notARule: '一条规则应是包含 name、match 和 template 的对象。',
    notAList: (field) => `“${field}”必须是列表。`,
    notText: (field) => `${named(field, '这一项')}必须是带引号的文本。`,
    empty: (field) => `${named(field, '这一项')}是空的。`,
    missing: (field) => `缺少“${field}”。`,
    unknown: (field) => `规则没有“${field}”这个字段，只有 name、match、except 和 template。`,
    unknownInFile: (field) => `镜像加速规则的文件没有“${field}”这个字段，只有 rules。`,
    wrong: (field) => `“${field}”不正确。`,
  },
};

/** What stands in a list has a number for a name. */
function named(field: string, entry = 'This entry'): string {
  return /^\d+$/.test(field) ? entry : `“${field}”`;
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
