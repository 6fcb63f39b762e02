import type { ImageReference } from './imageReference';

/** Which images a mirror serves at all. */
export interface AllowList {
  readonly allows: (image: ImageReference) => boolean;
}
