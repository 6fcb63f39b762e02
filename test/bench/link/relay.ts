import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Direction, type LinkSpeed } from './link';

/** What the relay's process is given as its argument. */
export interface RelayOptions extends LinkSpeed {
  /** Of 127.0.0.1: where what is connected here leads to. */
  readonly port: number;
}

/** Bytes that go on together: so few that a line of some Mbit/s sends them within milliseconds. */
const piece = 16 * 1024;
/** Bytes that wait for the line before whoever sends them has to; what a router would hold. */
const queue = 256 * 1024;

const options = JSON.parse(process.argv[2] ?? '') as RelayOptions;
// all connections share the line
const up = new Direction(options);
const down = new Direction(options);

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ host: '127.0.0.1', port: options.port, noDelay: true });
  // a connection over a real line is only there after a round trip
  carry(near, far, up, performance.now() + options.roundTripMs);
  carry(far, near, down, 0);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());

function carry(from: Socket, to: Socket, direction: Direction, notBefore: number): void {
  /** Sent and not arrived yet: timers that are due at almost the same time do not go off in their order. */
  const onTheWay: (() => void)[] = [];
  let waiting = 0;
  const later = (time: number, task: () => void) => setTimeout(task, Math.max(0, time - performance.now()));
  const arrive = (time: number, deliver: () => void) => {
    onTheWay.push(deliver);
    later(time, () => onTheWay.shift()?.());
  };
  from.on('data', (chunk) => {
    for (let at = 0; at < chunk.length; at += piece) {
      const part = chunk.subarray(at, at + piece);
      const { left, arrived } = direction.send(part.length, Math.max(performance.now(), notBefore));
      waiting += part.length;
      later(left, () => {
        waiting -= part.length;
        if (waiting < queue) from.resume();
      });
      arrive(arrived, () => to.write(part));
    }
    if (waiting >= queue) from.pause();
  });
  from.on('end', () => {
    arrive(direction.send(0, performance.now()).arrived, () => to.end());
  });
  from.on('error', () => to.destroy());
}
