import { startKruise, type KruiseOptions } from '../../electron/demo/kruise/kruise';
import type { TestFledged } from './testCluster';

/** OpenKruise's controller and daemons in this process, as clients of the cluster. */
export class ClusterKruise implements TestFledged {
  private running: Awaited<ReturnType<typeof startKruise>> | null = null;

  constructor(private readonly options: KruiseOptions) {}

  async start(): Promise<void> {
    this.running ??= await startKruise(this.options);
  }

  async stop(): Promise<void> {
    await this.running?.uninstall();
    this.running = null;
  }

  /** Ends it, and leaves its types and objects in the cluster. */
  halt(): void {
    this.running?.stop();
    this.running = null;
  }
}
