import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoLimits, startDemo } from '../demo/story';
import { createApplication } from '../engine/application';
import { machineClock } from '../engine/machineClock';
import { fileJournal } from '../files/journal';
import { pageCommands } from '../ipc/pageCommands';
import { startPageServer } from '../ipc/pageServer';
import { createServing } from '../ipc/serving';
import { kubeconfigSource } from '../kube/kubeconfig';
import { readArguments, refuseWords } from './commandLine';
import type { Command, Surroundings } from './surroundings';

export const demo: Command = {
  usage: () => `Usage: pullthrough demo

Shows the window with two simulated clusters on a page of this computer, until it is asked to end.
`,
  async perform(args, surroundings) {
    refuseWords('demo', readArguments('demo', args, {}).positionals);
    await demoPage(surroundings);
    return 0;
  },
};

/** Serves the window with the demo's clusters on a loopback page until asked to end. */
async function demoPage({ home, output, askedToEnd }: Surroundings): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'pullthrough-demo-'));
  const demo = await startDemo({ clock: machineClock, directory });
  let settings = demo.settings;
  const application = createApplication({
    settings: {
      read: () => settings,
      write: (changed) => {
        settings = changed;
      },
    },
    journal: fileJournal(path.join(directory, 'journal.jsonl')),
    contexts: kubeconfigSource(
      { explicit: [demo.kubeconfigPath], environment: undefined, home },
      machineClock,
      Math.random,
    ),
    clock: machineClock,
    demo: true,
    limits: demoLimits,
  });
  const serve = createServing(application, pageCommands(application));
  const page = await startPageServer({ application, serve, directory: path.join(__dirname, '..', 'renderer') });
  output.line(`The demo is at ${page.url}`);
  await Promise.race([askedToEnd(), output.closed]);
  await page.close();
  await application.stop();
  await demo.stop();
  rmSync(directory, { recursive: true, force: true });
}
