/**
 * Times as a person reads them. Milliseconds since the epoch come in, with the locale; nothing here looks at
 * a clock.
 */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  { unit: 'day', length: day },
  { unit: 'hour', length: hour },
  { unit: 'minute', length: minute },
  { unit: 'second', length: second },
] as const;

/** The largest unit that fits, rounded down: "12m", "3h". A time in the future counts as now. */
function inLargestUnit(milliseconds: number): { unit: (typeof steps)[number]['unit']; value: number } {
  const length = Math.max(0, milliseconds);
  const step = steps.find((candidate) => length >= candidate.length) ?? steps[3];
  return { unit: step.unit, value: Math.floor(length / step.length) };
}

/** How long something has lasted: "12m", "12分钟". */
export function formatAge(locale: string, milliseconds: number): string {
  const { unit, value } = inLargestUnit(milliseconds);
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value);
}

/** How long ago something was: "8s ago", "8秒前". */
export function formatAgo(locale: string, milliseconds: number): string {
  const { unit, value } = inLargestUnit(milliseconds);
  return new Intl.RelativeTimeFormat(locale, { style: 'narrow', numeric: 'always' }).format(-value, unit);
}

/** A running stopwatch: "0:42", "1:02:03". */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / second));
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** A time of day, with the date when it is not today: "14:20", "Nov 22, 14:20". */
export function formatClock(
  locale: string,
  at: number,
  now: number,
  precision: 'minute' | 'second' = 'minute',
): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(locale, {
    ...(sameDay ? {} : { month: 'short', day: 'numeric' }),
    hour: '2-digit',
    minute: '2-digit',
    ...(precision === 'second' ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(at);
}

export function formatNumber(locale: string, value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}
