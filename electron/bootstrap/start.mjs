// npm start: the app itself, on the contexts of your kubeconfig.
import './nodeVersion.mjs';
import { hasDisplay } from './display.mjs';
import { findElectron } from './electronRuntime.mjs';
import { launchDesktop } from './launch.mjs';
import { prepare } from './prepare.mjs';
import { say } from './say.mjs';

if (hasDisplay(process.platform, process.env)) {
  await prepare();
  process.exitCode = await start();
} else {
  say('there is no display: `pullthrough run` does the same work without one, and `npm run demo` shows it on a page.');
  process.exitCode = 1;
}

async function start() {
  const runtime = await findElectron({ log: say }).catch((/** @type {Error} */ error) => {
    say(error.message);
    return null;
  });
  return runtime === null ? 1 : launchDesktop(runtime, process.argv.slice(2));
}
