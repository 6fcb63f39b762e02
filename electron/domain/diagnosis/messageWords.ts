/**
 * Brings one error text into words that can be compared: names of images, addresses and numbers of ports become
 * placeholders, and the many spellings of an HTTP status become one. What is left are the words of the runtime,
 * of the registry or of a system call.
 */
export function wordsOf(text: string): string {
  const words = text
    .replace(/rpc error: code = \w+ desc = ?/g, '')
    .split(/\s+/)
    .map(placeholderFor)
    .join(' ')
    .replace(/\b(pull access denied for|manifest for|repository) [^\s,<]+(?=,| not found| repository)/g, '$1 <ref>')
    .replace(/\bmanifests? [^\s,<\]]+(?= in |\])/g, 'manifest <ref>')
    .replace(/\bimage [a-z0-9][\w.-]*:[\w.-]*\w/g, 'image <ref>');
  return words
    .replace(/\b(status(?: ?code)?|HTTP)\b([^.]{0,60}?)(?<![\w.<-])([45]\d\d)(?![\w.-])/gi, '$1$2<http $3>')
    .replace(/\b(error):? ([45]\d\d)\b/gi, '$1 <http $2>');
}

/** These terms have a slash in them, as references do. */
const termsWithSlash = /^(?:i\/o|input\/output|net\/http|HTTP\/[\d.]+|username\/password)$/i;
/** Addresses as the network's errors have them, `10.0.0.7:4000->192.0.2.1:443`; hidden digits are often an x or a star. */
const address = /^\[?[\dA-Fa-f.:xX*]+\]?:\d+(?:->|$)/;
const opening = new Set(['"', "'", '“', '`', '(', '[', '{']);
const closing = new Set(['"', "'", '”', '`', ')', ']', '}', ',', ':', ';', '.']);

/** One word between blanks, with the punctuation around it kept. */
function placeholderFor(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && opening.has(word.charAt(start))) start += 1;
  while (end > start && closing.has(word.charAt(end - 1))) end -= 1;
  const core = word.slice(start, end);
  const quoted = word.slice(0, start).endsWith('"') && word.charAt(end) === '"';
  const placeholder = placeholderOf(core) ?? (quoted ? '<ref>' : null);
  if (placeholder === null) return word;
  const [before, after] = [word.slice(0, start), word.slice(end)];
  return quoted ? before.slice(0, -1) + placeholder + after.slice(1) : before + placeholder + after;
}

function placeholderOf(core: string): string | null {
  if (core.includes('://')) return core.includes('/blobs/') ? '<blob>' : '<url>';
  if (termsWithSlash.test(core)) return null;
  if (core.includes('/')) return '<ref>';
  return address.test(core) ? '<addr>' : null;
}
