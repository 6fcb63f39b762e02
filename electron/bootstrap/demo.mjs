// npm run demo: the app against an embedded, simulated cluster; without a display, its window as a local page.
import './nodeVersion.mjs';
import { hasDisplay } from './display.mjs';
import { findElectron } from './electronRuntime.mjs';
import { launchDesktop, launchHeadless } from './launch.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

const args = process.argv.slice(2);
await prepare();
process.exitCode = await demo();

async function demo() {
  if (!hasDisplay(process.platform, process.env)) {
    say('there is no display, so the demo is a page for a browser on this computer.');
    return launchHeadless(['demo', ...args]);
  }
  const runtime = await findElectron({ log: say }).catch((/** @type {Error} */ error) => {
    say(error.message);
    return null;
  });
  if (runtime !== null) return launchDesktop(runtime, ['--demo', ...args]);
  say('without Electron the demo is a page for a browser on this computer.');
  return launchHeadless(['demo', ...args]);
}
