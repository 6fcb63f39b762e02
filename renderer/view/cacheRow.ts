import type { CacheNode, CacheView } from '../../electron/domain/appState';
import type { IconName } from '../components/icons';
import { causeTitle } from '../words/causeText';
import type { Speech } from '../words';
import type { Tone } from './incidentRow';
import { formatBytes, formatPercent } from './bytes';
import { countCells, nodeCells, type Cell } from './stepTrack';
import { wayLeft } from './wayLeft';
import { formatAge, formatAgo, formatElapsed, formatNumber } from './time';

export interface CacheRow {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly spin: boolean;
  readonly word: string;
  readonly why: string;
  readonly cells: readonly Cell[];
  /** The way that is, or was last, in use. */
  readonly way: string;
  /** Each way that was given up before, and why. */
  readonly left: readonly string[];
  /** "28 MB"; empty where it is not known. */
  readonly size: string;
  readonly when: string;
  readonly nodes: readonly CacheNodeRow[];
}

export interface CacheNodeRow {
  readonly node: string;
  readonly tone: Tone;
  readonly icon: IconName;
  readonly spin: boolean;
  readonly text: string;
  readonly when: string;
}

/** One image on its way to the nodes, or there. */
export function cacheRow(cache: CacheView, speech: Speech, now: number): CacheRow {
  const { words, locale, language } = speech;
  const number = (value: number) => formatNumber(locale, value);
  const pulled = cache.nodes.filter(({ pull }) => pull.is === 'pulled').length;
  const total = cache.nodes.length;
  const nodeCount = words.common.nodes(total, number(total));
  const someNodes = words.common.nodes(total, words.common.some(number(pulled), number(total)));
  const failed = cache.nodes.find(({ pull }) => pull.is === 'failed');
  const shared = {
    cells: nodeCells(cache) ?? countCells(pulled, total, cache.endedAt === null),
    nodes: cache.nodes.map((node) => nodeRow(node, cache, speech, now)),
    spin: false,
    way: words.cached.ways[cache.way],
    left: cache.left.map((each) => wayLeft(each, speech)),
    size: cache.bytes === null ? '' : formatBytes(locale, cache.bytes),
    when: cache.endedAt === null ? formatElapsed(now - cache.startedAt) : formatAgo(locale, now - cache.endedAt),
  };
  if (cache.endedAt === null)
    return { ...shared, tone: 'work', icon: 'work', spin: true, word: words.cached.pulling, why: someNodes };
  if (failed?.pull.is === 'failed')
    return {
      ...shared,
      tone: 'warn',
      icon: 'warn',
      word: causeTitle(language, failed.pull.cause, failed.pull.needsLogin),
      why: failed.node,
    };
  if (pulled === total && total > 0)
    return { ...shared, tone: 'ok', icon: 'ok', word: words.cached.present, why: nodeCount };
  return { ...shared, tone: 'wait', icon: 'wait', word: words.cached.unproven, why: someNodes };
}

function nodeRow(
  { node, pull }: CacheNode,
  cache: CacheView,
  { words, locale, language }: Speech,
  now: number,
): CacheNodeRow {
  const plain = { node, spin: false, when: '' };
  switch (pull.is) {
    case 'queued':
      return { ...plain, tone: 'wait', icon: 'wait', text: words.cached.queued };
    case 'helper':
      return { ...plain, tone: 'wait', icon: 'wait', text: words.cached.helper };
    case 'pulling':
      return {
        ...plain,
        tone: 'work',
        icon: 'connecting',
        spin: true,
        text:
          pull.percent === undefined
            ? words.cached.pullingNode
            : words.cached.measured(formatPercent(locale, pull.percent)),
        when: formatElapsed(now - pull.since),
      };
    case 'pulled':
      return {
        ...plain,
        tone: 'ok',
        icon: 'tick',
        text: words.cached.pulled,
        when: formatAge(locale, pull.at - cache.startedAt),
      };
    case 'failed':
      return {
        ...plain,
        tone: 'fail',
        icon: 'cross',
        text: pull.message || causeTitle(language, pull.cause, pull.needsLogin),
      };
    case 'unproven':
      return { ...plain, tone: 'wait', icon: 'wait', text: words.cached.whyUnproven[pull.why] };
  }
}
