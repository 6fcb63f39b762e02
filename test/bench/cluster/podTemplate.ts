import type { PodMarks } from './podMarks';

interface Place {
  readonly at: number;
  readonly mark: keyof PodMarks;
}

/** The bytes of one pod, of which others are made. Not every mark has to be in it. */
export class PodTemplate {
  private readonly places: readonly Place[];

  constructor(
    private readonly bytes: Buffer,
    private readonly marks: PodMarks,
  ) {
    const names = Object.keys(marks) as (keyof PodMarks)[];
    this.places = names.flatMap((mark) => placesOf(bytes, marks[mark]).map((at) => ({ at, mark })));
  }

  /** A pod with these marks in the place of its own; each has to be as long as the one it replaces. */
  render(marks: PodMarks): Buffer {
    const pod = Buffer.from(this.bytes);
    for (const { at, mark } of this.places) {
      if (marks[mark].length !== this.marks[mark].length)
        throw new Error(`"${marks[mark]}" is not as long as "${this.marks[mark]}", which it replaces`);
      pod.write(marks[mark], at, 'latin1');
    }
    return pod;
  }
}

function placesOf(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + text.length)) places.push(at);
  return places;
}
