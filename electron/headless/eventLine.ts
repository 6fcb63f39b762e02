import type { EngineEvent } from '../engine/engineEvent';
import { printable } from './printable';

/** The event as a line for people. */
export function eventLine({ time, context, event, namespace, pod, container, ...rest }: EngineEvent): string {
  const where = [namespace, pod, container].filter((part) => part !== undefined).join('/');
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key}=${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return [time, context, event, where, ...facts].filter((part) => part !== '').join('  ');
}
