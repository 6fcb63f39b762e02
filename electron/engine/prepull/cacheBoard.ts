import type { CacheView, NodePull } from '../../domain/appState';
import { wayInUse, type PrepullReport } from '../../domain/prepull/prepull';
import type { PrepullRun } from '../../domain/prepull/prepullRun';
import { candidate } from '../../domain/rescue/rescueTargets';
import type { RescueReport, RescueState } from '../../domain/rescue/rescueState';

/** The newest ones stay listed. */
const kept = 50;

/** What was cached, and how far that is: one row per rescue and mirror. */
export class CacheBoard {
  private readonly rows = new Map<string, CacheView>();

  constructor(
    private readonly context: string,
    /** Compressed bytes of an image on these nodes, as far as a mirror has told; else null. */
    private readonly sizeOf: (image: string, nodes: readonly string[]) => number | null = () => null,
  ) {}

  get views(): readonly CacheView[] {
    for (const [id, row] of this.rows) {
      if (row.bytes !== null) continue;
      const nodes = row.nodes.map(({ node }) => node);
      const bytes = this.sizeOf(row.image, nodes);
      // kept: the answer is not known for ever
      if (bytes !== null) this.rows.set(id, { ...row, bytes });
    }
    return [...this.rows.values()];
  }

  /** A rescue goes on: the pulls of its present mirror are as it sees them. */
  changed(rescue: RescueState, now: number): void {
    const way = rescue.cache && wayInUse(rescue, rescue.cache);
    if (!rescue.cache || way === null) return;
    const { proxied } = candidate(rescue);
    this.put(this.idOf(rescue, proxied), proxied, way, rescue.cache.nodes, rescue.step !== 'cache', now);
  }

  /** A healed image is on its way onto further nodes. */
  ahead({ id, plan, prepull, before, later }: PrepullRun, isOver: boolean, now: number): void {
    const way = wayInUse(plan, prepull);
    if (way === null) return;
    const queued = Object.fromEntries(later.map((node) => [node, { is: 'queued' } as const]));
    const nodes = isOver ? { ...before, ...prepull.nodes } : { ...before, ...prepull.nodes, ...queued };
    this.put(`${this.context}/${id}`, prepull.image, way, nodes, isOver, now);
  }

  private put(
    id: string,
    image: string,
    way: CacheView['way'],
    nodes: Readonly<Record<string, NodePull>>,
    isOver: boolean,
    now: number,
  ): void {
    const before = this.rows.get(id);
    this.rows.set(id, {
      id,
      context: this.context,
      image,
      way,
      left: before?.left ?? [],
      bytes: before?.bytes ?? null,
      startedAt: before?.startedAt ?? now,
      endedAt: isOver ? (before?.endedAt ?? now) : null,
      nodes: Object.entries(nodes).map(([node, pull]) => ({ node, pull })),
    });
    const [oldest] = this.rows.keys();
    if (this.rows.size > kept && oldest !== undefined) this.rows.delete(oldest);
  }

  /** What is told of a rescue; a node's result may belong to a mirror that it has left in the same step. */
  reported(rescue: RescueState, report: RescueReport, now: number): void {
    if (report.event === 'way-left') this.wayLeft(this.idOf(rescue, report.proxied), report);
    if (report.event === 'cached') this.settle(rescue, report.proxied, report.node, { is: 'pulled', at: now }, now);
    if (report.event === 'cache-failed') {
      const { proxied, node, cause, why } = report;
      this.settle(rescue, proxied, node, { is: 'failed', at: now, cause, message: why }, now);
    }
  }

  /** What is told of a healed image on its way onto further nodes. */
  aheadReported({ id }: PrepullRun, report: PrepullReport): void {
    if (report.event === 'way-left') this.wayLeft(`${this.context}/${id}`, report);
  }

  /** The last reason counts: it is the one that led to what is there now. */
  private wayLeft(id: string, { way, why }: Extract<PrepullReport, { event: 'way-left' }>): void {
    const row = this.rows.get(id);
    if (row) this.rows.set(id, { ...row, left: [...row.left.filter((each) => each.way !== way), { way, why }] });
  }

  private settle(rescue: RescueState, proxied: string, node: string, pull: NodePull, now: number): void {
    const row = this.rows.get(this.idOf(rescue, proxied));
    if (!row) return;
    const nodes = row.nodes.map((each) => (each.node === node ? { node, pull } : each));
    const left = rescue.step !== 'cache' || candidate(rescue).proxied !== proxied;
    this.rows.set(row.id, { ...row, nodes, endedAt: left ? (row.endedAt ?? now) : null });
  }

  private idOf(rescue: RescueState, proxied: string): string {
    return `${this.context}/${rescue.id}/${proxied}`;
  }
}
