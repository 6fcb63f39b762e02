export interface TemplatePart {
  readonly text: string;
  /** `{host}` and its like, which the image fills in. */
  readonly token: boolean;
}

/** A rule's template in the pieces that are drawn differently, or that a line may end with. */
export function templateParts(template: string): readonly TemplatePart[] {
  return template
    .split(/(\{[a-z]+\})|(?<=\/)/)
    .flatMap((text: string | undefined) => (text ? [text] : []))
    .map((text) => ({ text, token: /^\{[a-z]+\}$/.test(text) }));
}
