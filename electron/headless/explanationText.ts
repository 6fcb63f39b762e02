import type { Language } from '../domain/words/language';
import type { CauseExplanation } from './causeExplanation';
import type { Explanation, Fix, WaitingContainer } from './explanation';
import { explainWords, type ExplainWords } from './explainWords';
import { printable } from './printable';

type Row = readonly [label: string, text: string];

/** The explanation for a person: a heading, and a block for each container that there is something to say of. */
export function explanationText(explanation: Explanation, language: Language): string {
  const words = explainWords[language];
  const { namespace, pod, node = '', context, containers, swapped = [], sandboxFailure } = explanation;
  const blocks = [[words.heading(`${namespace}/${pod}`, node, context), ...remarks(explanation, words)].join('\n')];
  const block = (heading: string, rows: readonly Row[]) =>
    blocks.push([printable(heading), ...aligned(rows, words)].join('\n'));
  if (sandboxFailure)
    block(words.sandbox, [...causeRows(sandboxFailure, words, language), [words.rows.event, sandboxFailure.message]]);
  for (const container of containers)
    block(words.container(container.container, container.image), containerRows(container, containers, words, language));
  for (const { container, image, original } of swapped)
    if (!containers.some((waiting) => waiting.container === container))
      block(words.container(container, image), [[words.rows.original, words.swapped(original)]]);
  const missing = (explanation.missing ?? []).map((right): Row => {
    const answer = right.answer === undefined ? '' : ` (${right.answer})`;
    return [words.rows.missing, sentences(language, [`${words.right(right)}${answer}${stop[language]}`, right.means])];
  });
  if (missing.length > 0) blocks.push(aligned(missing, words).join('\n'));
  return blocks.join('\n\n');
}

function remarks({ state, pullsFor, containers, sandboxFailure }: Explanation, words: ExplainWords): readonly string[] {
  if (state) return [words[state]];
  const pulls =
    pullsFor?.kind === 'image-cache'
      ? words.pullsForCache(pullsFor.name)
      : pullsFor?.kind === 'retag'
        ? words.retags
        : words.pullsForCheck;
  const waits = containers.length > 0 || sandboxFailure;
  return [...(waits ? [] : [words.healthy]), ...(pullsFor ? [pulls] : [])];
}

function containerRows(
  container: WaitingContainer,
  all: readonly WaitingContainer[],
  words: ExplainWords,
  language: Language,
): readonly Row[] {
  const { original, message, source, why, fix } = container;
  const { rows } = words;
  const heard: Row[] = message === undefined ? [] : [[source === 'event' ? rows.event : rows.message, message]];
  return [
    ...(original === undefined ? [] : [[rows.original, words.swapped(original)] as const]),
    ...causeRows(container, words, language),
    ...heard,
    ...(why === undefined ? [] : [[rows.fix, words.noFix(why)] as const]),
    ...(fix ? fixRows(container, fix, all, words) : []),
  ];
}

function causeRows(
  { title, explanation, mirror, next }: CauseExplanation,
  { rows }: ExplainWords,
  language: Language,
): readonly Row[] {
  return [
    [rows.cause, sentences(language, [title + stop[language], explanation])],
    [rows.mirror, mirror],
    [rows.next, next],
  ];
}

/** A fix that is shared is told once, at its first container. */
function fixRows(
  { container, original, image, healable, cause }: WaitingContainer,
  { does, mirrors, cache, containers, patch, job }: Fix,
  all: readonly WaitingContainer[],
  words: ExplainWords,
): readonly Row[] {
  const { rows } = words;
  const teller = all.find(({ container: name }) => containers.includes(name))?.container ?? container;
  if (teller !== container) return [[rows.fix, words.asOf(teller)]];
  // the engine lets these have one more try of their own
  const soon = original !== undefined || cause === 'interrupted';
  const trials = mirrors.map(({ proxied }, at): Row => [
    at === 0 ? rows.fix : '',
    at === 0 ? proxied : words.then(proxied),
  ]);
  return [
    ...(does === 'put-back' ? [[rows.fix, words.putBack(original ?? image)] as const] : trials),
    [rows.auto, soon ? words.fromSecond : healable === 'yes' ? words.byItself : words.onRequest],
    ...(does === 'swap' ? [[rows.cache, cache ? words.cache(cache) : words.noCache] as const] : []),
    ...(job ? [[rows.cache, words.retag(job)] as const] : []),
    job ? [rows.job, JSON.stringify(job)] : [rows.patch, JSON.stringify(patch)],
  ];
}

const stop: Readonly<Record<Language, string>> = { en: '.', zh: '。' };

function sentences(language: Language, texts: readonly string[]): string {
  return texts.join(language === 'zh' ? '' : ' ');
}

function aligned(rows: readonly Row[], words: ExplainWords): readonly string[] {
  const width = Math.max(...Object.values(words.rows).map(cells)) + 2;
  return rows.map(([label, text]) => `  ${label}${' '.repeat(width - cells(label))}${printable(text)}`);
}

/** How many columns of a terminal a text takes: Chinese characters take two each. */
export function cells(text: string): number {
  return text.length + (text.match(/[⺀-鿿＀-｠]/g)?.length ?? 0);
}
