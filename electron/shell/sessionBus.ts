import { connect, type Socket } from 'node:net';
import { createMessageReader, encodeCall, type BusMessage } from './busMessages';

/**
 * Follows whether anybody owns a name on the D-Bus session bus. A tray icon on Linux needs somebody who owns
 * org.kde.StatusNotifierWatcher; Electron asks once, when the icon is made, and a panel that starts later
 * never shows it. The libraries for D-Bus are large or no longer kept up, and this is one question.
 */
export interface NameWatch {
  stop(): void;
}

/**
 * Calls back with the present state and with each change; with `false` once when the bus cannot be reached.
 * `address` is that of DBUS_SESSION_BUS_ADDRESS, `uid` the user's number.
 */
export function followBusName(
  address: string,
  name: string,
  uid: number,
  listener: (owned: boolean) => void,
): NameWatch {
  const path = socketPath(address);
  if (path === null) {
    listener(false);
    return { stop: () => undefined };
  }
  const socket = connect(path);
  let told: boolean | null = null;
  const tell = (owned: boolean) => {
    if (owned === told) return;
    told = owned;
    listener(owned);
  };
  const calls = { hello: 1, addMatch: 2, hasOwner: 3 } as const;

  const reader = createMessageReader((message: BusMessage) => {
    if (message.kind === 'reply' && message.replyTo === calls.hasOwner && message.boolean !== null)
      tell(message.boolean);
    if (message.kind === 'signal' && message.member === 'NameOwnerChanged' && message.strings[0] === name)
      tell(message.strings[2] !== '');
  });
  authenticate(socket, uid, () => {
    const rule =
      "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus'," +
      `member='NameOwnerChanged',arg0='${name}'`;
    // The match comes before the question, so that no change falls between them.
    socket.write(encodeCall(calls.hello, 'Hello', []));
    socket.write(encodeCall(calls.addMatch, 'AddMatch', [rule]));
    socket.write(encodeCall(calls.hasOwner, 'NameHasOwner', [name]));
    socket.on('data', reader);
  });
  // No bus, or one that went away with the session: then there is no tray either.
  socket.on('error', () => {
    tell(false);
  });
  socket.on('close', () => {
    tell(false);
  });
  socket.unref();
  return {
    stop: () => {
      told = false;
      socket.destroy();
    },
  };
}

/** The first address of the list that is a socket in the file system. */
export function socketPath(address: string): string | null {
  for (const one of address.split(';')) {
    const [transport, rest = ''] = one.split(/:(.*)/s);
    const path = rest
      .split(',')
      .find((part) => part.startsWith('path='))
      ?.slice('path='.length);
    if (transport === 'unix' && path) return decodeURIComponent(path);
  }
  return null;
}

/** The line-based handshake before messages: we are who the socket's credentials say we are. */
function authenticate(socket: Socket, uid: number, done: () => void): void {
  const hexUid = Buffer.from(String(uid)).toString('hex');
  socket.once('connect', () => {
    socket.write(`\0AUTH EXTERNAL ${hexUid}\r\n`);
  });
  let answer = '';
  const read = (chunk: Buffer) => {
    answer += chunk.toString('latin1');
    if (!answer.includes('\r\n')) return;
    socket.off('data', read);
    if (!answer.startsWith('OK ')) {
      socket.destroy();
      return;
    }
    socket.write('BEGIN\r\n');
    done();
  };
  socket.on('data', read);
}
