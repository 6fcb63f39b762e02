import { hostOf } from './imageReference';
import type { MirrorLimits } from './mirrorBudget';

/** Facts about DaoCloud's public mirror, from its README and its announcements (github.com/DaoCloud/public-image-mirror). */
const daoCloudHost = 'm.daocloud.io';

/** Whether a host, with or without a port, is DaoCloud's mirror under any of its names: `m.daocloud.io`, `quay.m.daocloud.io`. */
export function isDaoCloudHost(host: string): boolean {
  const name = hostOf(host);
  return name === daoCloudHost || name.endsWith(`.${daoCloudHost}`);
}

/** What it allows one address, as announced in June and November 2024: beyond it answers 429, and then bans. */
export const daoCloudLimits: MirrorLimits = { requestsPerMinute: 20, errorsInTwoDays: 100, pulls: 10 };
