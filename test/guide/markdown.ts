/** A fenced code block. What follows the language on its first line, such as `file=/etc/x`, is not shown to readers. */
export interface CodeBlock {
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(\S+)([^\n]*)\n(.*?)^```$/gms)].map(([, language = '', info = '', text = '']) => ({
    language,
    attributes: Object.fromEntries([...info.matchAll(/(\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value])),
    text,
  }));
}

/** The text of the only block that has this attribute. Throws when there are none or several. */
export function blockWith(markdown: string, key: string, value: string): string {
  const found = codeBlocks(markdown).filter(({ attributes }) => attributes[key] === value);
  const [block] = found;
  if (!block || found.length > 1) throw new Error(`${String(found.length)} code blocks have ${key}=${value}`);
  return block.text;
}

/** Targets of the links and images of a page, those in HTML included. */
export function linkTargets(markdown: string): readonly string[] {
  const prose = withoutCode(markdown);
  const written = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const html = [...prose.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, target = '']) => target);
  return [...written, ...html];
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchors(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '');
}
