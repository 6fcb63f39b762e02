import { open, writeFile } from 'node:fs/promises';
import type { AuditEntry, TestUser } from './testCluster';

/** Of the records in a Kubernetes audit log (audit.k8s.io/v1 Event), what is used here. */
interface AuditEvent {
  readonly auditID: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
}

const policy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: ['app', 'viewer', 'granted'] satisfies TestUser[] }],
};

/**
 * The requests of the test's users, out of the API server's audit log. The server writes a record before the last
 * byte of its answer, so what a client has seen answered is here.
 */
export class AuditLog {
  /** Of the log file, up to where whole lines have been read. */
  private offset = 0;
  private reading: Promise<void> = Promise.resolve();
  private readonly events = new Map<string, AuditEvent>();
  private since = 0;

  private constructor(
    private readonly path: string,
    readonly flags: readonly string[],
  ) {}

  static async prepare(folder: string): Promise<AuditLog> {
    const path = `${folder}/audit.log`;
    const policyPath = `${folder}/audit-policy.json`;
    await writeFile(path, '');
    await writeFile(policyPath, JSON.stringify(policy));
    return new AuditLog(path, [`--audit-policy-file=${policyPath}`, `--audit-log-path=${path}`]);
  }

  /** Requests that arrive from now on are the only ones that count. */
  reset(): void {
    this.since = Date.now();
    this.events.clear();
  }

  /** A watch is there once, from when it was opened. In the order in which the requests arrived. */
  async of(user: TestUser): Promise<readonly AuditEntry[]> {
    // two readers at one time would both go on from the same place
    this.reading = this.reading.then(() => this.readNewLines());
    await this.reading;
    return [...this.events.values()]
      .filter((event) => event.user.username === user)
      .sort((one, other) => one.requestReceivedTimestamp.localeCompare(other.requestReceivedTimestamp))
      .map(entryOf);
  }

  private async readNewLines(): Promise<void> {
    const file = await open(this.path);
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(size - this.offset);
      await file.read(bytes, 0, bytes.length, this.offset);
      const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
      this.offset += whole.length;
      for (const line of whole.toString('utf8').split('\n').filter(Boolean)) this.take(JSON.parse(line) as AuditEvent);
    } finally {
      await file.close();
    }
  }

  private take(event: AuditEvent): void {
    if (Date.parse(event.requestReceivedTimestamp) >= this.since) this.events.set(event.auditID, event);
  }
}

function entryOf({ verb, objectRef, requestURI, responseStatus }: AuditEvent): AuditEntry {
  const { resource = '', subresource, namespace = '', name } = objectRef ?? {};
  return {
    verb,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name: name ?? (objectRef ? '' : requestURI),
    code: responseStatus?.code ?? 0,
    query: requestURI.split('?')[1] ?? '',
  };
}
