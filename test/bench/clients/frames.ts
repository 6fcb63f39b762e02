/** Counts the frames of a watch in protobuf, each of which has its length before it in four bytes, highest first. */
export class FrameCounter {
  private head = 0;
  private headBytes = 0;
  private left = 0;

  /** How many frames end in this chunk. */
  count(chunk: Buffer): number {
    let frames = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.left > 0) {
        const step = Math.min(this.left, chunk.length - at);
        at += step;
        this.left -= step;
        if (this.left === 0) frames += 1;
        continue;
      }
      this.head = this.head * 0x100 + chunk.readUInt8(at);
      this.headBytes += 1;
      at += 1;
      if (this.headBytes < 4) continue;
      this.left = this.head;
      this.head = 0;
      this.headBytes = 0;
      if (this.left === 0) frames += 1;
    }
    return frames;
  }
}
