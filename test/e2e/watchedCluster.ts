import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { prefixRule } from '../../electron/domain/mirrors/mirrors';
import { defaultSettings, type ContextSettings, type Settings } from '../../electron/domain/settings';
import type { TestCluster } from '../cluster/testCluster';
import { startApp, temporaryFolder, type DesktopApp } from './desktopApp';
import type { LinuxDesktop } from './linuxDesktop';

/** The name of the one context in the cluster's kubeconfig. */
export const context = 'app';

export interface WatchingApp extends DesktopApp {
  readonly userData: string;
}

/** The app on a test cluster that it has been told to watch, with the cluster's first mirror. */
export async function watchCluster(
  desktop: LinuxDesktop,
  cluster: TestCluster,
  chosen: Partial<ContextSettings> = {},
  args: readonly string[] = ['--hidden'],
): Promise<WatchingApp> {
  const userData = temporaryFolder();
  const rule = prefixRule(cluster.mirrors.first);
  if (!rule.ok) throw new Error(rule.why);
  const settings: Settings = {
    ...defaultSettings,
    mirrors: [rule.rule],
    contexts: { [context]: { watch: true, auto: false, agreed: true, ...chosen } },
  };
  writeFileSync(path.join(userData, 'settings.json'), JSON.stringify(settings));
  const app = await startApp(desktop, { userData, args: ['--kubeconfig', cluster.kubeconfig('app'), ...args] });
  return { ...app, userData };
}
