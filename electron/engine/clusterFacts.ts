import { resources } from '../domain/kubeObject';
import { barOf, type NodeBar } from '../domain/prepull/readyNodes';
import { isReadFailure, type Clock, type Cluster, type Fledged } from './ports';

/** Facts older than this are asked for again, in milliseconds. */
const fresh = 60_000;
/** What was not answered is asked again no sooner, in milliseconds. */
export const askAgain = 5_000;
/** A namespace that nobody has asked about for so long is forgotten, in milliseconds. */
const remembered = 3_600_000;

/** As much of a node as decides how an image gets there. */
export interface NodeFacts {
  /** Its kubernetes.io/hostname label; null where it has none. */
  readonly hostname: string | null;
  readonly bar: NodeBar | null;
}

/**
 * What a decision needs to know of a cluster besides its pods, asked when it is needed and kept for a minute.
 */
export class ClusterFacts {
  private readonly kept = new Map<string, { until: number; readonly value: Promise<unknown> }>();
  private readonly optOuts = new Map<string, { readonly at: number; readonly out: boolean }>();
  /** The last answer, for views; `unknown` until the first. */
  fledgedStatus: Fledged['status'] = 'unknown';

  constructor(
    private readonly cluster: Pick<
      Cluster,
      'findFledged' | 'readObject' | 'mayI' | 'namespaceOptedOut' | 'servedVersions'
    >,
    private readonly clock: Clock,
    private readonly fledgedNamespace: () => string,
  ) {}

  /** The namespaces that are known to be opted out. */
  get optedOut(): ReadonlySet<string> {
    return new Set([...this.optOuts].flatMap(([namespace, { out }]) => (out ? namespace : [])));
  }

  knows(namespace: string): boolean {
    return this.optOuts.has(namespace);
  }

  /** Reads whether these namespaces are opted out, those that are not known freshly; no answer changes nothing. */
  async learn(namespaces: Iterable<string>): Promise<void> {
    const asked = new Set(namespaces);
    const now = this.clock.now();
    for (const [each, { at }] of this.optOuts) if (now - at > remembered && !asked.has(each)) this.optOuts.delete(each);
    await Promise.all(
      [...asked].map(async (namespace) => {
        const key = `opt-out ${namespace}`;
        const out = await this.once(key, () => this.cluster.namespaceOptedOut(namespace));
        if (typeof out === 'boolean') this.optOuts.set(namespace, { at: this.clock.now(), out });
        else this.doubt(key);
      }),
    );
  }

  async fledged(): Promise<Fledged> {
    const override = this.fledgedNamespace();
    const found = await this.once(`fledged ${override}`, () => this.cluster.findFledged(override));
    this.fledgedStatus = found.status;
    return found;
  }

  /** What is known of these nodes; one that is gone, or may not be read, is absent. */
  async nodes(names: readonly string[]): Promise<ReadonlyMap<string, NodeFacts>> {
    const { apiVersion } = resources.Node;
    const read = await Promise.all(
      names.map(async (name) => {
        const key = `node ${name}`;
        const facts = await this.once(key, async (): Promise<NodeFacts | 'unanswered' | null> => {
          const node = await this.cluster.readObject({ apiVersion, kind: 'Node', namespace: '', name });
          if (node === null) return null;
          if (isReadFailure(node)) return 'unanswered' in node ? 'unanswered' : null;
          return { hostname: node.metadata.labels?.['kubernetes.io/hostname'] ?? null, bar: barOf(node) };
        });
        if (facts !== 'unanswered') return [name, facts] as const;
        this.doubt(key);
        return [name, null] as const;
      }),
    );
    return new Map(read.flatMap(([name, facts]) => (facts ? [[name, facts]] : [])));
  }

  /** Whether this version of an API group is served; no answer counts as "not". */
  async serves(group: string, version: string): Promise<boolean> {
    const versions = await this.once(`versions ${group}`, () => this.cluster.servedVersions(group));
    return !isReadFailure(versions) && versions.includes(version);
  }

  /** Whether this user may do all of that. No answer counts as "may". */
  async may(verbs: readonly string[], group: string, resource: string, namespace: string): Promise<boolean> {
    const answers = await Promise.all(
      verbs.map((verb) =>
        this.once(`${verb} ${group}/${resource} ${namespace}`, () =>
          this.cluster.mayI(verb, group, resource, namespace),
        ),
      ),
    );
    return !answers.includes(false);
  }

  /** Those of these namespaces whose pods this user may not patch. No answer counts as "may". */
  async deniedPatch(namespaces: readonly string[]): Promise<ReadonlySet<string>> {
    const denied = new Set<string>();
    for (const namespace of new Set(namespaces)) {
      const may = await this.once(`patch ${namespace}`, () => this.cluster.mayI('patch', '', 'pods', namespace));
      if (may === false) denied.add(namespace);
    }
    return denied;
  }

  forget(): void {
    this.kept.clear();
  }

  /** What was no answer is not kept for as long as one. */
  private doubt(key: string): void {
    const kept = this.kept.get(key);
    if (kept) kept.until = Math.min(kept.until, this.clock.now() + askAgain);
  }

  private once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key);
    const now = this.clock.now();
    if (known && now < known.until) return known.value as Promise<T>;
    for (const [other, { until }] of this.kept) if (now >= until) this.kept.delete(other);
    const value = ask();
    this.kept.set(key, { until: now + fresh, value });
    return value;
  }
}
