import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  familiarName,
  formatImageReference,
  parseImageReference,
  withDefaultTag,
  type ReferenceError,
} from '../../electron/domain/image/imageReference';
import { asked, referenceTexts, unknownAliases } from './golden/referenceTexts';

/**
 * What github.com/distribution/reference answers, as `golden/distribution` wrote it. The tier `api-server` asks the
 * library itself again.
 */
const answers = readFileSync(resolve(import.meta.dirname, 'golden/referenceAnswers.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Refusal | Answer);

interface Refusal {
  readonly text: string;
  readonly error: string;
}

interface Answer {
  readonly text: string;
  readonly error?: never;
  /** Absent where the library takes all of the text for a path. */
  readonly domain?: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
  /** Absent where it is the text itself. */
  readonly familiar?: string;
  /** The tag that the kubelet adds. */
  readonly defaultTag?: string;
}

/** What is compared: all that the library says of a text that it takes. */
interface Read {
  readonly domain: string;
  readonly path: string;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly familiar: string;
  /** With the default tag, where it has neither a tag nor a digest. */
  readonly pulledTag: string | null;
}

type Reading = Read | { readonly refused: ReferenceError };

function libraryReads(answer: Answer): Read {
  const { text, domain = '', path, tag = null, digest = null, familiar = text, defaultTag = null } = answer;
  return { domain, path, tag, digest, familiar, pulledTag: tag ?? defaultTag };
}

function weRead(text: string): Reading {
  const parsed = parseImageReference(text);
  if (!parsed.ok) return { refused: parsed.why };
  const { domain, path, tag, digest } = parsed.reference;
  const pulledTag = withDefaultTag(parsed.reference).tag;
  return { domain, path, tag, digest, familiar: familiarName(parsed.reference), pulledTag };
}

const answerTo = new Map(answers.map((answer) => [answer.text, answer]));
const isHost = (text: string) => text === 'localhost' || text.includes('.');

interface Difference {
  readonly what: string;
  /** Exactly the library's answers that are not ours. */
  readonly covers: (answer: Answer) => boolean;
  readonly ours: (answer: Answer) => Reading;
}

const differences: readonly Difference[] = [
  {
    what: "Docker Hub's other names are read as docker.io",
    covers: ({ domain }) => unknownAliases.some((alias) => alias === domain),
    ours({ text }) {
      const counterpart = answerTo.get(text.replace(/^[^/]*/, 'docker.io'));
      if (counterpart === undefined) throw new Error(`${text} was not asked under docker.io`);
      if (counterpart.error === undefined) return expected(counterpart);
      // With `library/` before it, a name of 255 characters is longer than that.
      return { refused: 'too-long' };
    },
  },
  {
    what: 'a path without a host is refused',
    covers: ({ domain }) => domain === undefined,
    ours: () => ({ refused: 'host' }),
  },
  {
    what: 'a path on Docker Hub that begins like a host keeps docker.io in its familiar name',
    covers: ({ domain, path }) => domain === 'docker.io' && isHost(path.split('/')[0] ?? ''),
    ours: (answer) => ({ ...libraryReads(answer), familiar: `docker.io/${libraryReads(answer).familiar}` }),
  },
  {
    what: 'an official image named like an image id keeps library/ in its familiar name',
    covers: ({ path, defaultTag }) => defaultTag !== undefined && /^library\/[a-f0-9]{64}$/.test(path),
    ours: (answer) => ({ ...libraryReads(answer), familiar: `library/${libraryReads(answer).familiar}` }),
  },
];

/** What we should make of the text, given what the library makes of it. */
function expected(answer: Answer): Reading {
  return differences.find(({ covers }) => covers(answer))?.ours(answer) ?? libraryReads(answer);
}

/** For each of the library's errors the reasons that we may give for it. */
const reasons: readonly (readonly [error: RegExp, ours: readonly ReferenceError[]])[] = [
  [/cannot specify 64-byte hexadecimal strings$/, ['image-id']],
  [/^invalid reference format: repository name \([^@]*\) must be lowercase$/, ['upper-case']],
  // It counts the digest's algorithm among the name here: `nginx@SHA256:...`.
  [
    /^invalid reference format: repository name \([^]*@[^]*\) must be lowercase$/,
    ['upper-case', 'digest', 'host', 'path'],
  ],
  // Letters such as the Kelvin sign are in no part of a reference, but become legal ones in lower case.
  [/^repository name must be lowercase$/, ['host', 'tag']],
  [/^repository name must not be more than 255 characters$/, ['too-long', 'host']],
  [/^(unsupported digest algorithm|invalid checksum digest (format|length))$/, ['digest', 'host']],
  [/^invalid reference format$/, ['empty', 'host', 'path', 'too-long', 'tag', 'digest']],
];

const taken = answers.filter((answer) => answer.error === undefined);
const refused = answers.filter((answer) => answer.error !== undefined);

describe("the reference library's answers", () => {
  it('are those to our texts, legal and illegal', () => {
    expect(answers.map(({ text }) => text)).toEqual(referenceTexts(asked.count, asked.seed));
    expect(answers.length).toBeGreaterThanOrEqual(5_000);
    expect(Math.min(taken.length, refused.length)).toBeGreaterThan(1_500);
  });

  it('are ours, but for the named differences', () => {
    const others = taken.map((answer) => ({
      text: answer.text,
      ours: weRead(answer.text),
      expected: expected(answer),
    }));
    expect(others.filter((one) => JSON.stringify(one.ours) !== JSON.stringify(one.expected))).toEqual([]);
  });

  it.each(differences)('differ where $what, and the difference is no wider than that', ({ covers }) => {
    const covered = taken.filter(covers);
    expect(covered).not.toEqual([]);
    const same = covered.filter(({ text }, at) => {
      const answer = covered[at];
      return answer !== undefined && JSON.stringify(weRead(text)) === JSON.stringify(libraryReads(answer));
    });
    expect(same).toEqual([]);
  });

  it('are refusals where we refuse, for a reason that fits', () => {
    const wrong = refused.filter(({ text, error }) => {
      const ours = weRead(text);
      const [, fitting = []] = reasons.find(([pattern]) => pattern.test(error)) ?? [];
      return !('refused' in ours) || !fitting.includes(ours.refused);
    });
    expect(wrong.map((answer) => ({ ...answer, ours: weRead(answer.text) }))).toEqual([]);
  });

  it('give every reason for a refusal at least once', () => {
    const given = new Set(
      refused.map(({ text }) => weRead(text)).flatMap((ours) => ('refused' in ours ? [ours.refused] : [])),
    );
    expect([...given].sort()).toEqual(['digest', 'empty', 'host', 'image-id', 'path', 'tag', 'too-long', 'upper-case']);
    for (const [pattern] of reasons)
      expect(
        refused.some(({ error }) => pattern.test(error)),
        String(pattern),
      ).toBe(true);
  });
});

describe('a text that is taken', () => {
  const references = answers.flatMap(({ text }) => {
    const parsed = parseImageReference(text);
    return parsed.ok ? [{ text, reference: parsed.reference }] : [];
  });

  it('is kept as it was written', () => {
    expect(references.filter(({ text, reference }) => reference.original !== text)).toEqual([]);
    expect(references.filter(({ text, reference }) => withDefaultTag(reference).original !== text)).toEqual([]);
  });

  it('reads the same again in each of its printed forms', () => {
    for (const print of [formatImageReference, familiarName]) {
      const again = references.map(({ reference }) => ({ ...reference, original: print(reference) }));
      expect(again.map(({ original }) => parseImageReference(original))).toEqual(
        again.map((reference) => ({ ok: true, reference })),
      );
    }
  });

  it('names, with the default tag, what it names when the kubelet has added that to the text', () => {
    const bare = references.filter(({ reference }) => reference.tag === null && reference.digest === null);
    expect(bare.map(({ text }) => parseImageReference(`${text}:latest`))).toEqual(
      bare.map(({ text, reference }) => ({
        ok: true,
        reference: { ...withDefaultTag(reference), original: `${text}:latest` },
      })),
    );
    const others = references.filter(({ reference }) => reference.tag !== null || reference.digest !== null);
    expect(others.map(({ reference }) => withDefaultTag(reference))).toEqual(others.map(({ reference }) => reference));
  });
});
