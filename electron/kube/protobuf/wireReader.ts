/**
 * Reads messages in protobuf's wire format (protobuf.dev/programming-guides/encoding) by a shape: what the shape does
 * not name is stepped over without being built, which is what makes a list of whole pods cheap to read. protobufjs reads
 * them in the same time (5 us for a pod of 9 KB), but builds every label and annotation, and compiles its readers at run
 * time.
 */

/** The fields of one message that are wanted, by their number in its .proto file. */
export type MessageShape = Readonly<Record<number, FieldShape>>;

export type FieldShape =
  | { readonly name: string; readonly is: 'string' | 'int32' | 'int64' | 'bool' | 'bytes' }
  | { readonly name: string; readonly is: 'strings' }
  /** `map<string, string>`, of which only these keys are read. */
  | { readonly name: string; readonly is: 'map'; readonly keys: ReadonlySet<string> }
  | { readonly name: string; readonly is: 'message' | 'messages'; readonly shape: MessageShape }
  /** Its fields become those of the message around it, as an embedded struct's do in JSON. */
  | { readonly is: 'embedded'; readonly shape: MessageShape };

type Fields = Record<string, unknown>;

/** The bytes are no such message: cut off, or of another format. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** A message as an object that has what was on the wire; a field that was not there is absent. Throws MalformedMessage. */
export function readMessage(bytes: Buffer, shape: MessageShape): Fields {
  const fields: Fields = {};
  new WireReader(bytes).message(bytes.length, shape, fields);
  return fields;
}

class WireReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  message(end: number, shape: MessageShape, into: Fields): void {
    if (end > this.bytes.length) throw new MalformedMessage('a message ends after its bytes do');
    while (this.at < end) {
      const tag = this.varint();
      const field = shape[tag >>> 3];
      if (field) this.field(field, tag & 7, into);
      else this.skip(tag & 7);
    }
    if (this.at !== end) throw new MalformedMessage('a field ends after its message does');
  }

  private field(field: FieldShape, wireType: number, into: Fields): void {
    if (wireType !== (isNumber(field) ? wireTypes.varint : wireTypes.bytes))
      throw new MalformedMessage('a field is of another type than expected');
    switch (field.is) {
      case 'string':
        into[field.name] = this.string();
        return;
      case 'strings':
        listIn(into, field.name).push(this.string());
        return;
      case 'int32':
        into[field.name] = this.int32();
        return;
      case 'int64':
        into[field.name] = this.varint();
        return;
      case 'bool':
        into[field.name] = this.varint() !== 0;
        return;
      case 'bytes': {
        const end = this.lengthEnd();
        into[field.name] = this.bytes.subarray(this.at, end);
        this.at = end;
        return;
      }
      case 'map':
        this.mapEntry((into[field.name] ??= {}) as Record<string, string>, field.keys);
        return;
      case 'embedded':
        this.message(this.lengthEnd(), field.shape, into);
        return;
      default: {
        const inner: Fields = {};
        this.message(this.lengthEnd(), field.shape, inner);
        if (field.is === 'messages') listIn(into, field.name).push(inner);
        else into[field.name] = inner;
      }
    }
  }

  private mapEntry(map: Record<string, string>, keys: ReadonlySet<string>): void {
    const end = this.lengthEnd();
    let key = '';
    let value: number | null = null;
    while (this.at < end) {
      const tag = this.varint();
      if (tag === mapEntryTags.key) key = this.string();
      else {
        if (tag === mapEntryTags.value) value = this.at;
        this.skip(tag & 7);
      }
    }
    if (this.at !== end) throw new MalformedMessage('a field ends after its message does');
    if (!keys.has(key)) return;
    if (value !== null) this.at = value;
    map[key] = value === null ? '' : this.string();
    this.at = end;
  }

  private string(): string {
    const end = this.lengthEnd();
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }

  /** Where the field that begins with its length ends. */
  private lengthEnd(): number {
    const end = this.varint() + this.at;
    if (end > this.bytes.length) throw new MalformedMessage('a field ends after its bytes do');
    return end;
  }

  /** Exact up to 2^53. */
  private varint(): number {
    const { bytes } = this;
    let value = 0;
    let factor = 1;
    for (let length = 0; length < 10; length += 1) {
      const byte = bytes[this.at];
      if (byte === undefined) throw new MalformedMessage('a number ends after its bytes do');
      this.at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw new MalformedMessage('a number is longer than ten bytes');
  }

  /** A negative one is sent as the ten bytes of a 64-bit number, of which the lowest 32 bits say it all. */
  private int32(): number {
    const start = this.at;
    this.varint();
    let bits = 0;
    for (let at = start; at < Math.min(this.at, start + 5); at += 1)
      bits |= ((this.bytes[at] ?? 0) & 0x7f) << (7 * (at - start));
    return bits;
  }

  private skip(wireType: number): void {
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.bytes) this.at = this.lengthEnd();
    else if (wireType === wireTypes.fixed64) this.at += 8;
    else if (wireType === wireTypes.fixed32) this.at += 4;
    else throw new MalformedMessage(`there is no wire type ${String(wireType)}`);
  }
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
/** Field 1 and 2 of every map's entries, each with a length. */
const mapEntryTags = { key: 0x0a, value: 0x12 } as const;

function isNumber({ is }: FieldShape): boolean {
  return is === 'int32' || is === 'int64' || is === 'bool';
}

function listIn(fields: Fields, name: string): unknown[] {
  return (fields[name] ??= []) as unknown[];
}
