import type { AllowList } from '../mirrors/allowList';
import { formatImageReference, parseImageReference } from '../image/imageReference';
import { candidatesFor } from '../mirrors/mirrors';
import type { MirrorRule } from '../settings';

/** The images of kube-fledged 0.10.0; all that exist are on Docker Hub, for amd64 and arm64. */
export const fledgedImages = {
  controller: 'docker.io/senthilrch/kubefledged-controller:v0.10.0',
  webhook: 'docker.io/senthilrch/kubefledged-webhook-server:v0.10.0',
  criClient: 'docker.io/senthilrch/kubefledged-cri-client:v0.10.0',
  busybox: 'docker.io/senthilrch/busybox:1.35.0',
} as const;

/** The variables of the controller that name its helper images, with what it takes where they are not set. */
export const helperVariables = {
  BUSYBOX_IMAGE: 'senthilrch/busybox:1.35.0',
  KUBEFLEDGED_CRI_CLIENT_IMAGE: 'senthilrch/kubefledged-cri-client:latest',
} as const;

export interface MirrorChoice {
  readonly mirrors: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  readonly allowList: AllowList | null;
}

/**
 * Another name for an image, through the first mirror that takes it and is not the one that it comes through already; null
 * where there is none. An image of kube-fledged that comes through some mirror is known by its path.
 */
export function throughMirror(image: string, { mirrors, noProxy, allowList }: MirrorChoice): string | null {
  const { candidates } = candidatesFor(ownName(image), mirrors, noProxy, allowList);
  return candidates.find(({ proxied }) => proxied !== image)?.proxied ?? null;
}

/** The registry that an image is pulled from; empty where its name is none. */
export function registryOf(image: string): string {
  const parsed = parseImageReference(image);
  return parsed.ok ? parsed.reference.domain : '';
}

function ownName(image: string): string {
  const parsed = parseImageReference(image);
  const path = parsed.ok ? /(?:^|\/)(senthilrch\/[^/]+)$/.exec(parsed.reference.path)?.[1] : undefined;
  if (!parsed.ok || path === undefined) return image;
  return formatImageReference({ ...parsed.reference, domain: 'docker.io', path });
}
