/**
 * Images and messages are other people's texts: what would begin a line of its own, colour it, or turn its direction in a
 * terminal is shown instead.
 */
export function printable(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
