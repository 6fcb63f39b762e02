const widths = new Map<string, number>();

/**
 * The width in CSS pixels of one character of an element's font, which has to be one where all are equally
 * wide; 0 where nothing can be measured.
 */
export function characterWidth(element: Element): number {
  const { font } = getComputedStyle(element);
  const known = widths.get(font);
  if (known !== undefined) return known;
  const drawing = document.createElement('canvas').getContext('2d');
  if (!drawing) return 0;
  drawing.font = font;
  const width = drawing.measureText('0'.repeat(100)).width / 100;
  widths.set(font, width);
  return width;
}
