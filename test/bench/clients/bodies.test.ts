import { expect, it } from 'vitest';
import { FrameCounter } from './frames';
import { Lines } from './lines';
import { jsonListHead, protobufListHead } from './listHeads';

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

it.each([1, 3, 5, 1000])('counts the frames of a watch in chunks of %i bytes', (size) => {
  const frames = [300, 0, 2, 70].map((length) => {
    const frame = Buffer.alloc(4 + length, 0xff);
    frame.writeUInt32BE(length);
    return frame;
  });
  const counter = new FrameCounter();
  const counts = cut(Buffer.concat(frames), size).map((chunk) => counter.count(chunk));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
});

it.each([1, 4, 1000])('puts lines together from chunks of %i bytes', (size) => {
  const found: string[] = [];
  const lines = new Lines((line) => found.push(line));
  for (const chunk of cut(Buffer.from('one\ntwo é\nunfinished'), size)) lines.write(chunk);
  expect(found).toEqual(['one', 'two é']);
});

it('reads the head of a list in JSON', () => {
  const head = '{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"12","continue":"abc"},"items":[';
  expect(jsonListHead(Buffer.from(head))).toEqual({ resourceVersion: '12', next: 'abc' });
  expect(jsonListHead(Buffer.from(head.replace(',"continue":"abc"', '')))).toEqual({ resourceVersion: '12', next: '' });
});

it('reads the head of a list in protobuf', () => {
  const field = (number: number, bytes: Buffer | string) =>
    Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), Buffer.from(bytes)]);
  const metadata = Buffer.concat([field(2, '12'), field(3, 'abc'), Buffer.from([4 * 8, 7])]);
  const raw = Buffer.concat([field(1, metadata), field(2, 'a pod')]);
  const list = Buffer.concat([Buffer.from('k8s\0'), field(1, field(1, 'v1')), field(2, raw)]);
  expect(protobufListHead(list)).toEqual({ resourceVersion: '12', next: 'abc' });
});
