import { describe, expect, it } from 'vitest';
import { parseImageName } from '../../electron/demo/node/imageName';
import { RegistryBan } from '../../electron/demo/node/registryBan';
import { RegistryWorld } from '../../electron/demo/node/registryWorld';

/** What comes of a pull at this time, in milliseconds. */
function setUp() {
  const world = new RegistryWorld();
  const ban = new RegistryBan({ errors: 3, within: 1_000, lasts: 500 });
  world.host('m.example').ban = ban;
  world.publish('m.example/there:1');
  const pull = (path: string, now: number) => {
    const name = parseImageName(`m.example/${path}`);
    const result = name && world.pull(name, new Map(), now);
    return result?.ok === true ? 'pulled' : /403|not found/.exec(result?.text ?? '')?.[0];
  };
  return { ban, pull };
}

describe('a registry that bans', () => {
  it('answers 403 for everything after so many errors in its time, until it was left alone', () => {
    const { ban, pull } = setUp();
    expect([0, 10, 20].map((now) => pull('gone:1', now))).toEqual(['not found', 'not found', 'not found']);
    expect([pull('there:1', 30), pull('there:1', 500)]).toEqual(['403', '403']);
    // asking is what keeps it up
    expect([pull('there:1', 999), pull('there:1', 1_499)]).toEqual(['403', 'pulled']);
    expect(ban.bans).toBe(1);
  });

  it('forgets errors that are older than its time', () => {
    const { ban, pull } = setUp();
    for (const now of [0, 10, 1_005]) pull('gone:1', now);
    expect([ban.bans, ban.errors, pull('there:1', 1_006)]).toEqual([0, 2, 'pulled']);
  });
});
