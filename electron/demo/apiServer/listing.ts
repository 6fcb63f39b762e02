import type { Clock } from '../../engine/ports';
import type { KubeObject } from '../objects';
import { keyOf } from '../objects';
import type { RequestInfo } from './requestInfo';
import type { ResourceType } from './resources';
import { apiVersionOf } from './resources';
import type { Matcher } from './selectors';
import { fieldMatcher, labelMatcher } from './selectors';
import { badRequest, expired, tooLarge } from './status';
import type { Store } from './store';

interface Page {
  /** 0 = the continue token of an inconsistent list: the rest as it is now. */
  readonly snapshot: number;
  readonly version: number;
  /** The last key that was given out. */
  readonly after: string;
}

interface Snapshot {
  readonly items: readonly KubeObject[];
  readonly takenAt: number;
}

/** etcd's history is compacted every five minutes; a list that takes longer has to go on inconsistently. */
const snapshotLife = 5 * 60_000;

export interface ListBody {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly items: readonly unknown[];
}

/** Lists, whole or page by page; all pages of one list show the same moment. */
export class Lister {
  private readonly snapshots = new Map<number, Snapshot>();
  private counter = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  list(type: ResourceType, request: RequestInfo): ListBody {
    const { query } = request;
    const asked = query.get('resourceVersion') ?? '';
    const token = query.get('continue') ?? '';
    if (!/^\d*$/.test(asked)) {
      const why = `strconv.ParseUint: parsing "${asked}": invalid syntax`;
      throw badRequest(`invalid resource version: resourceVersion: Invalid value: "${asked}": ${why}`);
    }
    if (Number(asked) > this.store.version) throw tooLarge(Number(asked), this.store.version);
    const current = this.store.version;
    if (query.get('resourceVersionMatch') === 'Exact' && asked !== '0' && Number(asked) < current) {
      throw expired('The resourceVersion for the provided list is too old.');
    }
    const matches = selection(type, query);
    const found = () => this.store.of(type).list(request.namespace).filter(matches);
    // a list at version 0 may come from any cache, and then ignores the limit
    const limit = asked === '0' && token === '' ? 0 : Number(query.get('limit') ?? 0);
    const page = token === '' ? null : readToken(token);
    const consistent = page && page.snapshot !== 0 ? this.snapshotOf(page) : null;
    const source = consistent?.items ?? found();
    const rest = page ? source.filter((object) => keyOf(object) > page.after) : source;
    const items = limit > 0 ? rest.slice(0, limit) : rest;
    const left = rest.length - items.length;
    const last = items.at(-1);
    const version = consistent && page ? page.version : current;
    const filtered = query.has('labelSelector') || query.has('fieldSelector');
    const next =
      left > 0 && last
        ? writeToken({ snapshot: page?.snapshot ?? this.keep(source), version, after: keyOf(last) })
        : undefined;
    return {
      kind: `${type.kind}List`,
      apiVersion: apiVersionOf(type),
      metadata: {
        resourceVersion: String(version),
        ...(next && { continue: next }),
        ...(next && !filtered && { remainingItemCount: left }),
      },
      items: type.custom ? items : items.map(withoutType),
    };
  }

  /** Makes every continue token that was given out so far too old. */
  forget(): void {
    this.snapshots.clear();
  }

  private keep(items: readonly KubeObject[]): number {
    const now = this.clock.now();
    for (const [id, { takenAt }] of this.snapshots) if (now - takenAt > snapshotLife) this.snapshots.delete(id);
    this.counter += 1;
    this.snapshots.set(this.counter, { items, takenAt: now });
    return this.counter;
  }

  private snapshotOf(page: Page): Snapshot {
    const known = this.snapshots.get(page.snapshot);
    if (known && this.clock.now() - known.takenAt <= snapshotLife) return known;
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
        'without the continue parameter, or use the continue token in this response to retrieve the remainder of the ' +
        'results. Continuing with the provided token results in an inconsistent list - objects that were created, ' +
        'modified, or deleted between the time the first chunk was returned and now may show up in the list.',
      { continue: writeToken({ ...page, snapshot: 0 }) },
    );
  }
}

/** Which objects the selectors of a request mean. */
export function selection(type: ResourceType, query: URLSearchParams): Matcher {
  const byLabel = labelMatcher(query.get('labelSelector') ?? '');
  const byField = fieldMatcher(query.get('fieldSelector') ?? '', type);
  return (object) => byLabel(object) && byField(object);
}

/** Items of a list of built-in objects do not repeat their kind. */
function withoutType(object: KubeObject): unknown {
  return { ...object, kind: undefined, apiVersion: undefined };
}

function writeToken(page: Page): string {
  return Buffer.from(JSON.stringify(page)).toString('base64url');
}

function readToken(token: string): Page {
  try {
    const page = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Page;
    if (typeof page.after === 'string') return page;
  } catch {
    // not a token of ours: refused below like one that decodes to something else
  }
  throw badRequest('invalid continue token: continue key is not valid: illegal base64 data at input byte 4');
}
