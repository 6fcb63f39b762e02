/** What the first bytes of a list say; in both formats they stand before its items. */
export interface ListHead {
  readonly resourceVersion: string;
  /** The token for the next page; empty after the last. */
  readonly next: string;
}

/** So many bytes of a list hold its head, continue token and all. */
export const headLength = 4096;

export function jsonListHead(bytes: Buffer): ListHead {
  const text = bytes.toString('latin1');
  return {
    resourceVersion: /"resourceVersion":"([^"]+)"/.exec(text)?.[1] ?? '',
    next: /"continue":"([^"]+)"/.exec(text)?.[1] ?? '',
  };
}

/** Of `k8s\0`, runtime.Unknown { typeMeta 1, raw 2 }, PodList { metadata 1 }, ListMeta { resourceVersion 2, continue 3 }. */
export function protobufListHead(bytes: Buffer): ListHead {
  let at = 4;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const enter = (number: number) => {
    for (;;) {
      const tag = varint();
      const length = varint();
      if (tag >>> 3 === number) return length;
      at += length;
    }
  };
  enter(2);
  const length = enter(1);
  const end = at + length;
  const found = new Map<number, string>();
  while (at < end) {
    const tag = varint();
    const size = varint();
    // resourceVersion and continue are texts; remainingItemCount is a number, and `size` was all of it
    if ((tag & 7) !== 2) continue;
    found.set(tag >>> 3, bytes.toString('latin1', at, at + size));
    at += size;
  }
  return { resourceVersion: found.get(2) ?? '', next: found.get(3) ?? '' };
}
