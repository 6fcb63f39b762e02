import type { ClusterClient } from './clusterClient';
import { inNamespace } from './clusterClient';
import type { Clock } from '../../engine/ports';
import type { Fields, KubeObject } from '../objects';
import { timestamp } from '../objects';
import { NoAnswer } from '../../kube/apiConnection';
import { UnexpectedAnswer } from './unexpectedAnswer';

/** Writes Events; one that repeats is counted up instead of written again. */
export class EventRecorder {
  private readonly written = new Map<string, { path: string; count: number }>();
  private last: Promise<void> = Promise.resolve();
  private counter = 0;

  constructor(
    private readonly client: ClusterClient,
    private readonly clock: Clock,
    /** `kubelet`, with the node it runs on. */
    private readonly source: { readonly component: string; readonly host?: string },
  ) {}

  /** Never fails: an event that cannot be written is lost, as in a real cluster. */
  record(about: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void {
    this.last = this.last
      .then(() => this.write(about, type, reason, message, fieldPath))
      .catch((error: unknown) => {
        if (!(error instanceof NoAnswer || error instanceof UnexpectedAnswer)) throw error;
      });
  }

  /** Resolves when everything recorded so far is written. */
  async settled(): Promise<void> {
    await this.last;
  }

  private async write(
    about: KubeObject,
    type: string,
    reason: string,
    message: string,
    fieldPath: string | undefined,
  ): Promise<void> {
    const { namespace = 'default', name, uid } = about.metadata;
    const key = [uid, fieldPath, reason, message].join(' ');
    const now = timestamp(this.clock.now());
    const known = this.written.get(key);
    if (known) {
      const { status } = await this.client.merge(known.path, { count: known.count + 1, lastTimestamp: now });
      if (status < 300) {
        known.count += 1;
        return;
      }
    }
    this.counter += 1;
    const id = `${name}.${this.clock.now().toString(16)}${this.counter.toString(16).padStart(4, '0')}`;
    const event: Fields = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: id, namespace },
      involvedObject: {
        kind: about.kind,
        apiVersion: about.apiVersion,
        namespace,
        name,
        uid,
        ...(fieldPath && { fieldPath }),
      },
      reason,
      message,
      type,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: this.source,
      reportingComponent: this.source.component,
      reportingInstance: this.source.host ?? '',
    };
    const collection = inNamespace('/api/v1/events', namespace);
    await this.client.create(collection, event);
    if (this.written.size > 1000) this.written.clear();
    this.written.set(key, { path: `${collection}/${id}`, count: 1 });
  }
}
