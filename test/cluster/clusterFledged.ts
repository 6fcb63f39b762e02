import { startFledged, type FledgedOptions } from '../../electron/demo/fledged/fledged';
import { fledgedImages, installFledged, uninstallFledged } from '../../electron/demo/fledged/fledgedInstall';
import { machineClock } from '../../electron/engine/machineClock';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import type { TestFledged } from './testCluster';

/** kube-fledged's controller in this process, as a client of the cluster. */
export class ClusterFledged implements TestFledged {
  private controller: { stop(): void } | null = null;

  constructor(
    private readonly api: ApiConnection,
    private readonly timings: NonNullable<FledgedOptions['timings']> = {},
  ) {}

  async start(): Promise<void> {
    if (this.controller) return;
    await installFledged(this.api, machineClock);
    this.controller = await startFledged({
      api: this.api,
      helperImage: fledgedImages.helper,
      clock: machineClock,
      timings: this.timings,
    });
  }

  async stop(): Promise<void> {
    if (!this.controller) return;
    await uninstallFledged(this.api, machineClock);
    this.halt();
  }

  /** Ends the controller, and leaves its type and its objects in the cluster. */
  halt(): void {
    this.controller?.stop();
    this.controller = null;
  }
}
