import net from 'node:net';

/** The tiers that run with this touch no network: what opens a connection fails at once, with its stack. */
function refuse(): never {
  throw new Error('This test may not use the network: give it what it needs as an argument.');
}

net.Socket.prototype.connect = refuse;
globalThis.fetch = refuse;

// A test that prints a time prints the same one everywhere.
process.env.TZ = 'UTC';
