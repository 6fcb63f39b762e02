import type { Examination, Finding, FindingLevel, Fix } from '../domain/doctor/examination';
import type { Language } from '../domain/words/language';
import type { FixReport, WriteReport } from '../engine/doctor/doctor';
import { cells } from './explanationText';
import { printable } from './printable';

interface ExaminationWords {
  readonly heading: (context: string, server: string, broken: number, warnings: number) => string;
  readonly levels: Readonly<Record<FindingLevel, string>>;
  readonly fix: (sentence: string, id: string) => string;
  readonly command: (command: string) => string;
  readonly went: Readonly<Record<WriteReport['went'], string>>;
  readonly notWritten: string;
  readonly nothingToDo: (id: string) => string;
}

export const examinationWords: Readonly<Record<Language, ExaminationWords>> = {
  en: {
    heading: (context, server, broken, warnings) => {
      const found = [...(broken > 0 ? [`${String(broken)} broken`] : []), ...(warnings > 0 ? [warned(warnings)] : [])];
      return `${context} (${server}): ${found.length > 0 ? found.join(', ') : 'all is well'}`;
    },
    levels: { ok: 'ok', warning: 'warning', broken: 'broken' },
    fix: (sentence, id) => `fix: ${sentence} (--fix ${id})`,
    command: (command) => `try: ${command}`,
    went: { written: 'written', 'already-there': 'already there', refused: 'refused', 'not-tried': 'not tried' },
    notWritten: 'Nothing was written; add --yes to write exactly this.',
    nothingToDo: (id) => `No finding asks for the fix ${id}.`,
  },
  zh: {
    heading: (context, server, broken, warnings) => {
      const found = [
        ...(broken > 0 ? [`${String(broken)} 项故障`] : []),
        ...(warnings > 0 ? [`${String(warnings)} 项警告`] : []),
      ];
      return `${context}（${server}）：${found.length > 0 ? found.join('，') : '一切正常'}`;
    },
    levels: { ok: '正常', warning: '警告', broken: '故障' },
    fix: (sentence, id) => `修复：${sentence}（--fix ${id}）`,
    command: (command) => `可运行：${command}`,
    went: { written: '已写入', 'already-there': '已存在', refused: '被拒绝', 'not-tried': '未尝试' },
    notWritten: '没有写入任何内容；加上 --yes 即按此写入。',
    nothingToDo: (id) => `没有发现需要修复方式 ${id}。`,
  },
};

function warned(count: number): string {
  return `${String(count)} ${count === 1 ? 'warning' : 'warnings'}`;
}

/** An examination for a person: a heading, a line for each finding, and under it what can be done. */
export function examinationText(
  { findings }: Examination,
  context: string,
  server: string,
  language: Language,
): string {
  const words = examinationWords[language];
  const count = (level: FindingLevel) => findings.filter((finding) => finding.level === level).length;
  const heading = words.heading(printable(context), printable(server), count('broken'), count('warning'));
  const width = Math.max(...Object.values(words.levels).map(cells)) + 2;
  const row = (label: string, text: string) => `  ${label}${' '.repeat(width - cells(label))}${printable(text)}`;
  const told = new Set<string>();
  const lines = (finding: Finding) => {
    const { level, sentence, fix, command } = finding;
    const own = row(words.levels[level], sentence);
    const next = fix ? words.fix(fix.sentence, fix.id) : command === '' ? '' : words.command(command);
    // what several findings share is told once
    if (next === '' || told.has(next)) return [own];
    told.add(next);
    return [own, row('', next)];
  };
  return [heading, ...findings.flatMap(lines)].join('\n');
}

/** Everything that a fix writes, as one YAML stream: what `kubectl apply` takes, and a comment for each deletion. */
export function fixText({ writes }: Fix): string {
  return writes.map(({ verb, object, body }) => `# ${verb} ${printable(object)}\n${body}`.trimEnd()).join('\n---\n');
}

/** How each write of a fix went, and all of it in a sentence. */
export function reportText({ writes, sentence }: FixReport, language: Language): string {
  const { went } = examinationWords[language];
  const width = Math.max(...Object.values(went).map(cells)) + 2;
  const lines = writes.map(({ object, went: how, detail }) => {
    const label = went[how] + ' '.repeat(width - cells(went[how]));
    return `${label}${printable(object)}${detail === '' ? '' : `: ${printable(detail)}`}`;
  });
  return [...lines, printable(sentence)].join('\n');
}
