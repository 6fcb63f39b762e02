import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../electron/bootstrap/chromium.mjs';

/** A real Chromium, of this machine, that talks to nobody by itself. */
export function openChromium(): Promise<Browser> {
  const executablePath = findChromium(process.env, process.platform);
  if (executablePath === null) throw new Error('No Chromium was found; CHROME_BIN can name one.');
  return chromium.launch({
    executablePath,
    args: [
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Chromium's own sandbox does not work for root, which containers often are.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
}
