const code = { quote: 0x22, backslash: 0x5c, open: 0x7b, close: 0x7d, openList: 0x5b, closeList: 0x5d } as const;

/**
 * Takes the text of a Kubernetes list apart while it arrives: each object in `items` is handed out as its own bytes, and
 * `rest` is the list without them. Only brackets and strings are looked at; whoever parses the parts finds their faults.
 */
export class ListItems {
  /** In the list's own text, between two objects of `items`, or in one. */
  private place: 'list' | 'between' | 'item' = 'list';
  private depth = 0;
  private inString = false;
  private escaped = false;
  private readonly list: Buffer[] = [];
  private item: Buffer[] = [];

  /** `onItems` is given the list's text up to where its items begin. */
  constructor(
    private readonly onItem: (bytes: Buffer) => void,
    private readonly onItems: (before: string) => void,
  ) {}

  get rest(): string {
    return Buffer.concat(this.list).toString('utf8');
  }

  write(chunk: Buffer): void {
    /** Where the bytes begin that belong to the place and are not kept yet. */
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === code.backslash) this.escaped = true;
        else if (byte === code.quote) this.inString = false;
      } else if (byte === code.quote) this.inString = true;
      else if (byte === code.open || byte === code.openList) {
        if (this.place === 'between') {
          this.place = 'item';
          from = at;
        } else if (this.place === 'list' && this.depth === 1 && byte === code.openList) {
          this.list.push(chunk.subarray(from, at + 1));
          from = at + 1;
          if (this.isItems()) {
            this.place = 'between';
            this.onItems(this.rest);
          }
        }
        this.depth += 1;
      } else if (byte === code.close || byte === code.closeList) {
        this.depth -= 1;
        if (this.place === 'item' && this.depth === 2) {
          this.item.push(chunk.subarray(from, at + 1));
          this.handOut();
        } else if (this.place === 'between') {
          this.place = 'list';
          from = at;
        }
      }
    }
    if (this.place === 'list') this.list.push(chunk.subarray(from));
    else if (this.place === 'item') this.item.push(chunk.subarray(from));
  }

  private handOut(): void {
    const [only] = this.item;
    this.onItem(only && this.item.length === 1 ? only : Buffer.concat(this.item));
    this.item = [];
    this.place = 'between';
  }

  /** Whether the bracket that was just kept opens the list's `items`. */
  private isItems(): boolean {
    const tail = Buffer.concat(this.list).subarray(-64).toString('latin1');
    return /[{,]\s*"items"\s*:\s*\[$/.test(tail);
  }
}
