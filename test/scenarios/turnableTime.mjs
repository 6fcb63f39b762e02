/**
 * Loaded into a process before everything else: its time is ahead by TIME_AHEAD milliseconds, and whoever has started it
 * turns it on further by sending `{ turn: milliseconds }`. What has become due by that rings at once, in order.
 */
const machine = {
  now: Date.now,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
};
let ahead = Number(process.env.TIME_AHEAD);
/**
 * What `setTimeout` has given -> the timer as it stands.
 * @type {Map<unknown, { at: number, ring: () => void, timer: NodeJS.Timeout }>}
 */
const timers = new Map();

Date.now = () => machine.now() + ahead;

/** @type {(callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) => NodeJS.Timeout} */
function setTimeout(callback, ms = 0, ...given) {
  const ring = () => {
    timers.delete(handle);
    callback(...given);
  };
  const handle = machine.setTimeout(ring, ms);
  timers.set(handle, { at: Date.now() + ms, ring, timer: handle });
  return handle;
}

/** @type {(handle?: NodeJS.Timeout | string | number) => void} */
function clearTimeout(handle) {
  machine.clearTimeout(timers.get(handle)?.timer ?? handle);
  timers.delete(handle);
}

Object.assign(globalThis, { setTimeout, clearTimeout });

/** @type {(message: { turn: number }) => void} */
const turn = ({ turn: ms }) => {
  ahead += ms;
  for (const timer of [...timers.values()].sort((one, other) => one.at - other.at)) {
    machine.clearTimeout(timer.timer);
    timer.timer = machine.setTimeout(timer.ring, Math.max(0, timer.at - Date.now()));
  }
};
process.on('message', turn);
// whoever listens alone does not keep a process alive
process.channel?.unref();
