import { expect, it } from 'vitest';
import { Direction, slowLink, transferMs } from './link';

it('takes a second for 50 Mbit on a line of 50 Mbit/s', () => {
  expect(transferMs(6_250_000, slowLink)).toBe(1000);
});

it('delivers half a round trip after the last byte has left', () => {
  expect(new Direction(slowLink).send(6_250, 500)).toEqual({ left: 501, arrived: 521 });
});

it('sends what it is given after what it was given before, and loses no time it was idle', () => {
  const direction = new Direction(slowLink);
  direction.send(6_250, 0);
  expect(direction.send(6_250, 0)).toEqual({ left: 2, arrived: 22 });
  expect(direction.send(6_250, 100)).toEqual({ left: 101, arrived: 121 });
});
