/**
 * The little of D-Bus's wire format that asking the bus about a name needs: calls with text arguments go out,
 * replies with a boolean and signals with texts come in.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-messages
 */
export type BusMessage =
  | { readonly kind: 'reply'; readonly replyTo: number; readonly boolean: boolean | null }
  | { readonly kind: 'signal'; readonly member: string; readonly strings: readonly string[] }
  | { readonly kind: 'other' };

const fieldCode = { path: 1, interface: 2, member: 3, replyTo: 5, destination: 6, signature: 8 } as const;
const messageType = { call: 1, reply: 2, signal: 4 } as const;
const bus = { name: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' } as const;
const fixedHeader = 16;

/** A call of the bus itself; `serial` is what the reply will name. */
export function encodeCall(serial: number, member: string, args: readonly string[]): Buffer {
  const body = new Writer();
  for (const arg of args) body.string(arg);
  const fields = new Writer();
  const field = (code: number, type: string, value: string) => {
    fields.align(8).byte(code).signature(type);
    if (type === 'g') fields.signature(value);
    else fields.string(value);
  };
  field(fieldCode.path, 'o', bus.path);
  field(fieldCode.interface, 's', bus.name);
  field(fieldCode.member, 's', member);
  field(fieldCode.destination, 's', bus.name);
  if (args.length > 0) field(fieldCode.signature, 'g', 's'.repeat(args.length));
  const head = new Writer().byte('l'.charCodeAt(0)).byte(messageType.call).byte(0).byte(1);
  head.uint32(body.bytes.length).uint32(serial).uint32(fields.bytes.length);
  const padding = Buffer.alloc((8 - (fields.bytes.length % 8)) % 8);
  return Buffer.concat([Buffer.from(head.bytes), Buffer.from(fields.bytes), padding, Buffer.from(body.bytes)]);
}

/** Takes the bytes as they arrive, and calls back with each whole message. */
export function createMessageReader(listener: (message: BusMessage) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= fixedHeader) {
      const little = pending[0] === 'l'.charCodeAt(0);
      const bodyLength = uint32(pending, 4, little);
      const bodyStart = fixedHeader + Math.ceil(uint32(pending, 12, little) / 8) * 8;
      if (pending.length < bodyStart + bodyLength) return;
      listener(decode(pending.subarray(0, bodyStart + bodyLength), bodyStart, little));
      pending = pending.subarray(bodyStart + bodyLength);
    }
  };
}

function decode(message: Buffer, bodyStart: number, little: boolean): BusMessage {
  const fields = readFields(message, little);
  const signature = String(fields.get(fieldCode.signature) ?? '');
  const body = new Reader(message, little, bodyStart);
  if (message[1] === messageType.reply)
    return {
      kind: 'reply',
      replyTo: Number(fields.get(fieldCode.replyTo)),
      boolean: signature === 'b' ? body.uint32() === 1 : null,
    };
  if (message[1] === messageType.signal && /^s+$/.test(signature))
    return {
      kind: 'signal',
      member: String(fields.get(fieldCode.member) ?? ''),
      strings: Array.from({ length: signature.length }, () => body.string()),
    };
  return { kind: 'other' };
}

function readFields(message: Buffer, little: boolean): ReadonlyMap<number, string | number> {
  const reader = new Reader(message, little, fixedHeader);
  const end = fixedHeader + uint32(message, 12, little);
  const fields = new Map<number, string | number>();
  while (reader.at < end) {
    reader.align(8);
    const code = reader.byte();
    const type = reader.signature();
    fields.set(code, type === 'u' ? reader.uint32() : type === 'g' ? reader.signature() : reader.string());
  }
  return fields;
}

const uint32 = (bytes: Buffer, at: number, little: boolean): number =>
  little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);

class Writer {
  readonly bytes: number[] = [];
  align(to: number): this {
    while (this.bytes.length % to !== 0) this.bytes.push(0);
    return this;
  }
  byte(value: number): this {
    this.bytes.push(value);
    return this;
  }
  uint32(value: number): this {
    this.align(4);
    for (const shift of [0, 8, 16, 24]) this.bytes.push((value >>> shift) & 0xff);
    return this;
  }
  string(value: string): this {
    const text = Buffer.from(value);
    this.uint32(text.length);
    this.bytes.push(...text, 0);
    return this;
  }
  signature(value: string): this {
    this.bytes.push(value.length, ...Buffer.from(value), 0);
    return this;
  }
}

class Reader {
  constructor(
    private readonly bytes: Buffer,
    private readonly little: boolean,
    public at: number,
  ) {}
  align(to: number): void {
    this.at = Math.ceil(this.at / to) * to;
  }
  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }
  uint32(): number {
    this.align(4);
    const value = uint32(this.bytes, this.at, this.little);
    this.at += 4;
    return value;
  }
  string(): string {
    const length = this.uint32();
    return this.take(length);
  }
  signature(): string {
    return this.take(this.byte());
  }
  private take(length: number): string {
    const text = this.bytes.toString('utf8', this.at, this.at + length);
    this.at += length + 1;
    return text;
  }
}
