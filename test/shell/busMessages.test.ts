import { describe, expect, it } from 'vitest';
import { createMessageReader, encodeCall, type BusMessage } from '../../electron/shell/busMessages';
import { socketPath } from '../../electron/shell/sessionBus';

/** The answer to call 3, NameHasOwner, with `true`; little endian. */
const replyTrue = Buffer.from(
  '6c02010104000000030000003d00000006017300060000003a312e313233000005017500030000000801670001620000' +
    '07017300140000006f72672e667265656465736b746f702e444275730000000001000000',
  'hex',
);

/** NameOwnerChanged('a.b', '', ':1.2') from a bus that is big endian. */
const ownerChanged = Buffer.from(
  '4204010100000019000000070000008901016f00000000152f6f72672f667265656465736b746f702f44427573000000' +
    '02017300000000146f72672e667265656465736b746f702e444275730000000003017300000000104e616d654f776e65' +
    '724368616e676564000000000000000007017300000000146f72672e667265656465736b746f702e4442757300000000' +
    '0801670003737373000000000000000000000003612e62000000000000000000000000043a312e3200',
  'hex',
);

describe('bus messages', () => {
  it('are read whole, however they arrive', () => {
    const heard: BusMessage[] = [];
    const read = createMessageReader((message) => heard.push(message));
    const both = Buffer.concat([replyTrue, ownerChanged]);
    for (const byte of both) read(Buffer.from([byte]));
    const expected = [
      { kind: 'reply', replyTo: 3, boolean: true },
      { kind: 'signal', member: 'NameOwnerChanged', strings: ['a.b', '', ':1.2'] },
    ];
    expect(heard).toEqual(expected);
    read(both);
    expect(heard).toEqual([...expected, ...expected]);
  });

  it('are written as the specification has it', () => {
    const call = encodeCall(2, 'AddMatch', ['abc']);
    expect(call.subarray(0, 4).toString('hex')).toBe('6c010001');
    expect(call.readUInt32LE(4)).toBe(8); // the argument: length, three letters, the end
    expect(call.readUInt32LE(8)).toBe(2);
    expect(call.length).toBe(16 + Math.ceil(call.readUInt32LE(12) / 8) * 8 + 8);
    expect(call.toString('latin1')).toContain('/org/freedesktop/DBus\0');
  });
});

describe('bus addresses', () => {
  it.each([
    ['unix:path=/run/user/1000/bus', '/run/user/1000/bus'],
    ['unix:path=/run/user/1000/bus,guid=0a', '/run/user/1000/bus'],
    ['tcp:host=localhost,port=1;unix:guid=0a,path=/tmp/a%20b', '/tmp/a b'],
    ['unix:abstract=/tmp/dbus-x', null],
    ['', null],
  ])('%s', (address, path) => {
    expect(socketPath(address)).toBe(path);
  });
});
