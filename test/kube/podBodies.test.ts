import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { podListBytes, watchFrame } from '../../electron/demo/apiServer/protobuf';
import type { KubeObject } from '../../electron/demo/objects';
import { annotations } from '../../electron/domain/podSnapshot';
import { TruncatedBody } from '../../electron/kube/bodyParser';
import { slimPod } from '../../electron/kube/podSlimming';
import { readPodList, readPodWatch, type PodEventLine } from '../../electron/kube/podWire';
import { podShape } from '../../electron/kube/protobuf/podShapes';
import { MalformedMessage, readMessage } from '../../electron/kube/protobuf/wireReader';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const pods: fc.Arbitrary<readonly KubeObject[]> = fc.array(
  fc
    .record({
      name: text,
      version: fc.nat(),
      message: text,
      restarts: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    })
    .map(({ name, version, message, restarts }): KubeObject => ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: {
        name,
        namespace: 'shop',
        uid: `uid-${name}`,
        resourceVersion: String(version),
        annotations: { [annotations.auto]: name, '"items":[': message },
      },
      spec: { containers: [{ name: 'app', image: 'nginx' }] },
      status: {
        phase: 'Pending',
        containerStatuses: [
          { name: 'app', restartCount: restarts, state: { waiting: { reason: 'ErrImagePull', message } } },
        ],
      },
    })),
  { maxLength: 6 },
);
const metadata = { resourceVersion: '42', continue: 'more' };

type Form = 'json' | 'protobuf';
const listBytes: Readonly<Record<Form, (items: readonly KubeObject[]) => Buffer>> = {
  json: (items) => Buffer.from(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items })),
  protobuf: (items) => podListBytes({ kind: 'PodList', apiVersion: 'v1', metadata, items }),
};
const eventBytes: Readonly<Record<Form, (type: string, object: object) => Buffer>> = {
  json: (type, object) => Buffer.from(`${JSON.stringify({ type, object })}\n`),
  protobuf: watchFrame,
};
const contentType: Readonly<Record<Form, string>> = {
  json: 'application/json',
  protobuf: 'application/vnd.kubernetes.protobuf;stream=watch',
};

/** The bytes in chunks of these sizes, in turn. */
function inChunks(bytes: Buffer, sizes: readonly number[]): Readable {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return Readable.from(chunks, { objectMode: true });
}
const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });

it('a list in JSON is found in single bytes', async () => {
  const body = inChunks(listBytes.json([{ metadata: { name: 'a' } } as KubeObject]), [1]);
  const names: unknown[] = [];
  await readPodList(
    { contentType: 'application/json', body },
    (pod) => names.push(pod.metadata?.name),
    () => undefined,
  );
  expect(names).toEqual(['a']);
});

describe.each<Form>(['json', 'protobuf'])('in %s', (form) => {
  const head = { contentType: contentType[form] };

  it('a list is the same, however it is cut into chunks', () =>
    fc.assert(
      fc.asyncProperty(pods, sizes, async (items, chunks) => {
        const seen: unknown[] = [];
        await readPodList(
          { ...head, body: inChunks(listBytes[form](items), chunks) },
          (pod) => seen.push(slimPod(pod)),
          (listHead) => seen.push(listHead),
        );
        expect(seen).toEqual([{ resourceVersion: '42', next: 'more' }, ...items.map((item) => slimPod(item))]);
      }),
    ));

  it('a watch is the same, however it is cut into chunks', () =>
    fc.assert(
      fc.asyncProperty(pods, sizes, async (items, chunks) => {
        const bytes = Buffer.concat(items.map((item) => eventBytes[form]('MODIFIED', item)));
        const seen: unknown[] = [];
        await readPodWatch({ ...head, body: inChunks(bytes, chunks) }, (event) => {
          seen.push('pod' in event ? slimPod(event.pod) : event);
          return true;
        });
        expect(seen).toEqual(items.map((item) => slimPod(item)));
      }),
    ));

  it('what is cut off anywhere is no whole list', () =>
    fc.assert(
      fc.asyncProperty(pods, fc.double({ min: 0, max: 0.999, noNaN: true }), async (items, share) => {
        const bytes = listBytes[form](items);
        const body = inChunks(bytes.subarray(0, Math.floor(bytes.length * share)), [64]);
        const nothing = () => undefined;
        await expect(readPodList({ ...head, body }, nothing, nothing)).rejects.toThrow();
      }),
    ));

  it('an event that is cut off is not taken for the end of the watch', async () => {
    const bytes = eventBytes[form]('ADDED', { kind: 'Pod', metadata: { name: 'a' } });
    const seen: PodEventLine[] = [];
    const body = inChunks(Buffer.concat([bytes, bytes.subarray(0, bytes.length - 3)]), [50]);
    const reading = readPodWatch({ ...head, body }, (event) => seen.push(event) > 0);
    await expect(reading).rejects.toThrow(TruncatedBody);
    expect(seen).toHaveLength(1);
  });

  it('an event of 3 MB is read, and the one after it', async () => {
    const big = {
      kind: 'Pod',
      metadata: { name: 'big', annotations: { [annotations.originalImages]: 'ü'.repeat(1_500_000) } },
    };
    const bytes = Buffer.concat([eventBytes[form]('ADDED', big), eventBytes[form]('DELETED', big)]);
    const seen: string[] = [];
    await readPodWatch({ ...head, body: inChunks(bytes, [65_536]) }, (event) => {
      const length = 'pod' in event ? (event.pod.metadata?.annotations?.[annotations.originalImages]?.length ?? 0) : 0;
      return seen.push(`${event.type} ${String(length)}`) > 0;
    });
    expect(seen).toEqual(['ADDED 1500000', 'DELETED 1500000']);
  });

  it('a refusal within the watch ends the reading', async () => {
    const status = { kind: 'Status', metadata: {}, message: 'too old', reason: 'Expired', code: 410 };
    const endless = new Readable({ read: () => undefined });
    endless.push(eventBytes[form]('ERROR', status));
    const seen: PodEventLine[] = [];
    await readPodWatch({ ...head, body: endless }, (event) => {
      seen.push(event);
      return false;
    });
    expect(seen).toMatchObject([{ type: 'ERROR', status: { code: 410, reason: 'Expired', message: 'too old' } }]);
    expect(endless.destroyed).toBe(true);
  });
});

it('bytes that are no message are refused, and never read beyond', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readMessage(Buffer.from(bytes), podShape);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessage);
      }
    }),
    { numRuns: 2000 },
  );
});

it('a list whose items are named like its own keys is taken apart rightly', async () => {
  const body = Readable.from([
    Buffer.from(
      '{"other":[{"items":[1]}],"items": [{"metadata":{"name":"a"},"items":[{"x":"]}"}]}, null],"metadata":{"resourceVersion":"7"}}',
    ),
  ]);
  const seen: unknown[] = [];
  await readPodList(
    { contentType: 'application/json', body },
    (pod) => seen.push(pod.metadata?.name),
    (head) => seen.push(head),
  );
  expect(seen).toEqual(['a', { resourceVersion: '7', next: undefined }]);
});
