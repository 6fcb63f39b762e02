import type { Clock } from '../../engine/ports';
import { BackOff } from '../controllers/backOff';
import { pause } from '../controllers/pause';
import { parseImageName } from './imageName';
import type { ImageName } from './imageName';
import type { ImageStore, StoredImage } from './imageStore';
import type { PullResult, RegistryWorld } from './registryWorld';

export interface PullRequest {
  readonly podUid: string;
  /** The image text of the spec, as it is. */
  readonly image: string;
  readonly policy: string;
  /** `user:password` by host, from the pod's pull secrets. */
  readonly logins: () => Promise<ReadonlyMap<string, string>>;
  readonly report: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly signal: AbortSignal;
}

export type PullOutcome =
  | { readonly is: 'ready'; readonly image: StoredImage }
  /** `retryIn` is when the kubelet looks at it again, in milliseconds; null = only when the pod changes. */
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string; readonly retryIn: number | null };

/**
 * The kubelet's image manager: pull policies, one pull at a time, and pauses per pod and image text. A text
 * that changed has no pause; a text that was set back finds its old one.
 */
export class ImagePuller {
  readonly backOff: BackOff;
  private readonly causes = new Map<string, string>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly clock: Clock,
    private readonly registries: RegistryWorld,
    private readonly images: ImageStore,
    private readonly options: { readonly backOffMs: number; readonly maxBackOffMs: number; readonly minor: number },
  ) {
    this.backOff = new BackOff(options.backOffMs, options.maxBackOffMs);
  }

  async ensure(request: PullRequest): Promise<PullOutcome> {
    const { image, policy, report, signal } = request;
    const name = parseImageName(image);
    if (!name) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
      report('Warning', 'InspectFailed', message);
      return { is: 'waiting', reason: 'InvalidImageName', message, retryIn: null };
    }
    const provesLogins = this.options.minor >= 35;
    const present = provesLogins ? this.images.usable(name) : this.images.find(name);
    if (policy === 'Never' && !present) {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      report('Warning', 'ErrImageNeverPull', message);
      return { is: 'waiting', reason: 'ErrImageNeverPull', message, retryIn: this.options.backOffMs };
    }
    if (present && policy !== 'Always') {
      const accessible = provesLogins ? ' and can be accessed by the pod' : '';
      report('Normal', 'Pulled', `Container image "${image}" already present on machine${accessible}`);
      return { is: 'ready', image: present };
    }
    const key = `${request.podUid}_${image}`;
    const left = this.backOff.remaining(key, this.clock.now());
    if (left > 0) {
      const message = `Back-off pulling image "${image}"`;
      report('Normal', 'BackOff', message);
      const cause = this.options.minor >= 32 ? this.causes.get(key) : undefined;
      return {
        is: 'waiting',
        reason: 'ImagePullBackOff',
        message: cause === undefined ? message : `${message}: ErrImagePull: ${cause}`,
        retryIn: left,
      };
    }
    report('Normal', 'Pulling', `Pulling image "${image}"`);
    const began = this.clock.now();
    const result = await this.pull(name, await request.logins(), signal);
    const now = this.clock.now();
    if (result.ok) {
      const took = `${((now - began) / 1000).toFixed(3)}s`;
      const size = `Image size: ${String(result.content.sizeBytes)} bytes.`;
      report(
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${took} (${took} including waiting). ${size}`,
      );
      return { is: 'ready', image: this.images.pulled(name, result.content) };
    }
    this.backOff.next(key, now);
    this.causes.set(key, result.text);
    report('Warning', 'Failed', `Failed to pull image "${image}": ${result.text}`);
    // the first look after a failure comes before the pause is over, and then shows ImagePullBackOff
    const retryIn = Math.min(this.options.backOffMs * 0.6, this.backOff.remaining(key, now));
    return { is: 'waiting', reason: 'ErrImagePull', message: result.text, retryIn };
  }

  clear(): void {
    this.backOff.clear();
    this.causes.clear();
  }

  /** Pulls wait for one another, as with serializeImagePulls. A pod that goes away cancels its own. */
  private pull(name: ImageName, logins: ReadonlyMap<string, string>, signal: AbortSignal): Promise<PullResult> {
    const turn = this.queue.then(async (): Promise<PullResult> => {
      const canceled: PullResult = {
        ok: false,
        text: `rpc error: code = Canceled desc = failed to pull and unpack image "${name.normalised}": context canceled`,
        ms: 0,
      };
      if (isAborted(signal)) return canceled;
      const result = this.registries.pull(name, logins, this.clock.now());
      await pause(this.clock, result.ms, signal);
      return isAborted(signal) ? canceled : result;
    });
    this.queue = turn;
    return turn;
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
