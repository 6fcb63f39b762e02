export interface TemplatePart {
  readonly text: string;
  /** `{host}` and its like, which the image fills in. */
  readonly token: boolean;
}

/** A rule's template in the pieces that are drawn differently. */
export function templateParts(template: string): readonly TemplatePart[] {
  return template
    .split(/(\{[a-z]+\})/)
    .filter((text) => text !== '')
    .map((text) => ({ text, token: /^\{[a-z]+\}$/.test(text) }));
}
