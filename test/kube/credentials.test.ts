import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import { Credentials } from '../../electron/kube/credentials';
import { HandClock } from '../setup/handClock';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pullthrough-credentials-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A user whose plugin prints this, and notes each of its runs. */
function plugin(printed: string) {
  const runs = path.join(folder, 'runs');
  const script = path.join(folder, 'plugin.cjs');
  writeFileSync(runs, '');
  writeFileSync(
    script,
    `require('node:fs').appendFileSync(${JSON.stringify(runs)}, '.'); console.log(${JSON.stringify(printed)});`,
  );
  const credentials = new Credentials(() => {
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [{ name: 'c', server: 'https://127.0.0.1:1', skipTLSVerify: false }],
      users: [{ name: 'u', exec: { command: process.execPath, args: [script] } }],
      contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
      currentContext: 'x',
    });
    return config;
  }, machineClock);
  return { credentials, runs: () => readFileSync(runs, 'utf8').length };
}

describe('credentials of a plugin', () => {
  const token = JSON.stringify({ status: { token: 'first' } });

  it('come from one run for requests at the same time, and are kept', async () => {
    const { credentials, runs } = plugin(token);
    const all = await Promise.all([credentials.get(), credentials.get(), credentials.get()]);
    await credentials.get();
    expect(all.map(({ headers }) => headers?.Authorization)).toEqual(Array(3).fill('Bearer first'));
    expect(runs()).toBe(1);
  });

  it('are asked for again once the server has refused them', async () => {
    const { credentials, runs } = plugin(token);
    await credentials.get();
    credentials.drop();
    await credentials.get();
    expect(runs()).toBe(2);
  });

  it('are not quoted when they are not what they should be', async () => {
    const { credentials } = plugin('secret-token-in-plain-text');
    await expect(credentials.get()).rejects.toThrow(/^the credential plugin printed no JSON$/);
  });

  it('are not waited for without an end, and not asked for twice meanwhile', async () => {
    const clock = new HandClock();
    let asked = 0;
    const hanging = () => ({
      applyToHTTPSOptions: () => {
        asked += 1;
        return new Promise<void>(() => undefined);
      },
    });
    const credentials = new Credentials(hanging, clock);
    for (let i = 0; i < 2; i += 1) {
      const answer = credentials.get();
      clock.advance(30_000);
      await expect(answer).rejects.toThrow('have not come within 30 s');
    }
    expect(asked).toBe(1);
  });
});
