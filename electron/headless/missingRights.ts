import type { Language } from '../domain/words/language';
import type { Cluster } from '../engine/ports';
import { explainWords, type ExplainWords } from './explainWords';
import type { MissingRight } from './explanation';

/** Collects what this user may not do, or was not told, with what it would have been needed for. */
export class MissingRights {
  private readonly found: MissingRight[] = [];

  constructor(
    private readonly cluster: Pick<Cluster, 'mayI'>,
    private readonly language: Language,
  ) {}

  get all(): readonly MissingRight[] {
    return this.found;
  }

  /** An empty namespace is for what belongs to none; `answer` is empty where the server gave none. */
  add(
    verb: MissingRight['verb'],
    resource: MissingRight['resource'],
    namespace: string,
    answer = '',
    about: keyof ExplainWords['without'] = verb === 'create' && resource === 'pods' ? 'pullPods' : resource,
  ): void {
    if (this.found.some((right) => right.verb === verb && right.resource === resource)) return;
    this.found.push({
      verb,
      resource,
      ...(namespace !== '' && { namespace }),
      means: explainWords[this.language].without[about],
      ...(answer !== '' && { answer }),
    });
  }

  /** Asks the server whether this user has the right. */
  async ask(verb: MissingRight['verb'], resource: MissingRight['resource'], namespace: string): Promise<void> {
    const may = await this.cluster.mayI(verb, resource === 'jobs' ? 'batch' : '', resource, namespace);
    if (may === false) this.add(verb, resource, namespace);
    else if (may !== true) this.add(verb, resource, namespace, may.unanswered);
  }
}
