/** One request as the API server's audit log has it. */
export interface AuditRecord {
  readonly user: string;
  /** get, list, watch, create, update, patch, delete, deletecollection. */
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  /** What is created has its name here too. */
  readonly name: string;
  readonly code: number;
  /** As it stood in the URL. */
  readonly query: string;
  /** What was sent with a write. */
  readonly body?: unknown;
}

/** The newest requests, in memory. A watch is recorded when it opens. */
export class AuditLog {
  private records: AuditRecord[] = [];

  constructor(private readonly kept: number) {}

  record(entry: AuditRecord): void {
    this.records.push(entry);
    if (this.records.length > this.kept * 2) this.records = this.records.slice(-this.kept);
  }

  of(user: string): readonly AuditRecord[] {
    return this.records.filter((record) => record.user === user);
  }

  clear(): void {
    this.records = [];
  }
}
