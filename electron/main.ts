import { tmpdir } from 'node:os';
import path from 'node:path';
import { app } from 'electron';
import { machineClock as clock } from './engine/machineClock';
import { demoLimits, startDemo } from './demo/story';
import { createApplication } from './engine/application';
import { fileAllowLists } from './files/allowList';
import { fileJournal } from './files/journal';
import { fileMirrorUse } from './files/mirrorUse';
import { holderOf, lockState } from './files/stateLock';
import { homesBefore, kubeconfigSource } from './kube/kubeconfig';
import { manifestProbe } from './registry/manifestProbe';
import { emptyDemoFolder, makeDemoFolder } from './shell/demoFolder';
import { startDesktop, type Desktop } from './shell/desktop';
import { parseFlags } from './shell/flags';
import {
  becomeTheOnlyOne,
  drawWithoutGraphicsCard,
  followLifecycle,
  refuseToStart,
  reportCrashes,
  startWhenReady,
} from './shell/lifecycle';
import { report } from './shell/report';
import { loginSearchPath } from './shell/searchPath';
import { closeDoors, closeSession, setMenu } from './shell/security';
import { openSettings, settingsInMemory } from './shell/settings';
import { registerWindowScheme, serveWindowFiles } from './shell/windowProtocol';

// Puts the rooms together: kubeconfig, engine, desktop. What each does is decided there, not here.
reportCrashes();
const flags = parseFlags(process.argv.slice(1));
const demoFolder = flags.demo ? makeDemoFolder(tmpdir(), clock.now()) : null;
if (demoFolder !== null) app.setPath('userData', demoFolder);
app.setAppUserModelId('dev.pullthrough.app');
drawWithoutGraphicsCard(process.platform);
registerWindowScheme();
closeDoors();

let desktop: Desktop | null = null;
if (becomeTheOnlyOne(() => desktop?.show())) startWhenReady(start);
else app.quit();

async function start(): Promise<void> {
  const folder = app.getPath('userData');
  // a demo's folder is its own
  const lock = demoFolder === null ? lockState(folder) : null;
  if (lock?.is === 'held') {
    refuseToStart(`${holderOf(lock)} works with the folder ${folder} already.`);
    return;
  }
  void lock?.lost.then(() => {
    report(`another Pullthrough has taken over ${folder}, as this one was silent for too long`);
    app.quit();
  });
  closeSession();
  setMenu(process.platform);
  serveWindowFiles(path.join(__dirname, '../renderer'));
  const demo = demoFolder === null ? null : await startDemo({ clock, directory: demoFolder });
  const application = createApplication({
    settings: demo ? settingsInMemory(demo.settings) : savedSettings(folder),
    journal: fileJournal(path.join(folder, 'journal.jsonl')),
    mirrorUse: keptMirrorUse(folder),
    // the demo's mirrors are nowhere but in its own cluster
    ...(!demo && { mirrorProbe: manifestProbe() }),
    allowLists: fileAllowLists(app.getPath('home')),
    contexts: kubeconfigSource(
      {
        explicit: demo ? [demo.kubeconfigPath] : flags.kubeconfigs,
        environment: process.env['KUBECONFIG'],
        home: app.getPath('home'),
        homesBefore: homesBefore(process.env, process.platform),
      },
      clock,
      Math.random,
      {
        environment: process.env,
        searchPath: loginSearchPath({
          platform: process.platform,
          own: process.env['PATH'] ?? '',
          clock,
          report,
        }),
      },
    ),
    clock,
    demo: flags.demo,
    ...(demo && { limits: demoLimits }),
  });
  desktop = await startDesktop({
    application,
    flags,
    clock,
    preload: path.join(__dirname, '../preload/preload.cjs'),
    home: app.getPath('home'),
  });
  followLifecycle({
    resumed: () => application.resumeAfterSleep(),
    activated: () => desktop?.show(),
    stop: async () => {
      desktop?.stop();
      await application.stop();
      lock?.release();
      await demo?.stop();
      if (demoFolder !== null) emptyDemoFolder(demoFolder);
    },
  });
}

function savedSettings(folder: string) {
  const settings = openSettings(folder, clock.now());
  if (settings.setAside)
    report(`the settings could not be read (${settings.setAside.why}); they are kept as ${settings.setAside.path}`);
  return settings;
}

function keptMirrorUse(folder: string) {
  const use = fileMirrorUse(path.join(folder, 'mirrors.json'));
  if (use.problem !== null) report(use.problem);
  return use;
}
