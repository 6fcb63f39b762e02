import { hostOf } from '../image/imageReference';
import type { MirrorLimits } from './mirrorBudget';

/** Facts about DaoCloud's public mirror, from its README and its announcements (github.com/DaoCloud/public-image-mirror). */

/** The name under which it serves every registry, the registry's host in front of the path. */
export const daoCloudHost = 'm.daocloud.io';

/**
 * The registries that it also serves under names of their own, by exact host: `us.gcr.io` is not `gcr.io`. Each is
 * registry and name.
 */
export const daoCloudHosts: readonly (readonly [string, string])[] = [
  ['docker.io', 'docker.m.daocloud.io'],
  ['quay.io', 'quay.m.daocloud.io'],
  ['ghcr.io', 'ghcr.m.daocloud.io'],
  ['gcr.io', 'gcr.m.daocloud.io'],
  ['registry.k8s.io', 'k8s.m.daocloud.io'],
  ['k8s.gcr.io', 'k8s-gcr.m.daocloud.io'],
  ['mcr.microsoft.com', 'mcr.m.daocloud.io'],
  ['nvcr.io', 'nvcr.m.daocloud.io'],
  ['docker.elastic.co', 'elastic.m.daocloud.io'],
  ['dhi.io', 'dhi.m.daocloud.io'],
  ['registry.ollama.ai', 'ollama.m.daocloud.io'],
];

/** What it allows one address, as announced in June and November 2024: beyond it answers 429, and then bans. */
export const daoCloudLimits: MirrorLimits = { requestsPerMinute: 20, errorsInTwoDays: 100, pulls: 10 };

/** Whether a host, with or without a port, is DaoCloud's mirror under any of its names: `m.daocloud.io`, `quay.m.daocloud.io`. */
export function isDaoCloudHost(host: string): boolean {
  const name = hostOf(host);
  return name === daoCloudHost || name.endsWith(`.${daoCloudHost}`);
}

/** The registry behind one of DaoCloud's names for single registries; null for any other host. */
export function daoCloudSource(host: string): string | null {
  return daoCloudHosts.find(([, name]) => name === hostOf(host))?.[0] ?? null;
}
