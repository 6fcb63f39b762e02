/**
 * What is wrong with the picture on the screen, as a person with sharp eyes would say it. Runs inside the page,
 * so everything that it needs is in here.
 */
export function flaws(): string[] {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth) found.push(`the page is ${String(root.scrollWidth)} px wide`);
  for (const element of document.querySelectorAll('.scroll')) {
    if (element.scrollWidth > element.clientWidth) found.push('a list scrolls sideways');
  }

  interface Piece {
    readonly text: string;
    readonly box: DOMRect;
    readonly parent: Element;
    readonly mayBeCut: boolean;
  }
  const pieces: Piece[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = (node.textContent ?? '').trim();
    if (!parent || text === '' || parent.closest('.unseen, script, style, [hidden]')) continue;
    if (!parent.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const mayBeCut = hasAncestor(parent, (style) => style.textOverflow === 'ellipsis');
    for (const box of range.getClientRects()) {
      if (box.width > 0) pieces.push({ text: text.slice(0, 40), box, parent, mayBeCut });
    }
  }

  const visible = pieces.map((piece) => ({ ...piece, box: clipped(piece.box, piece.parent) }));
  for (const [index, piece] of visible.entries()) {
    const whole = pieces[index];
    if (!whole || piece.box.height < 2) continue;
    if (whole.box.left < -0.5 || (whole.box.right > window.innerWidth + 0.5 && !piece.mayBeCut))
      found.push(`“${piece.text}” runs out of the window`);
    if (whole.box.width - piece.box.width > 1 && !piece.mayBeCut) found.push(`“${piece.text}” is cut off`);
    const contrast = contrastOf(piece.parent);
    if (contrast < 4.5 && !piece.parent.closest(':disabled'))
      found.push(`“${piece.text}” has a contrast of ${contrast.toFixed(1)}`);
    for (const other of visible.slice(index + 1)) {
      // A band that stays at the top is meant to cover what scrolls beneath it.
      if (other.parent === piece.parent || other.box.height < 2 || isSticky(piece) !== isSticky(other)) continue;
      const width = Math.min(piece.box.right, other.box.right) - Math.max(piece.box.left, other.box.left);
      const height = Math.min(piece.box.bottom, other.box.bottom) - Math.max(piece.box.top, other.box.top);
      // Lines may share the space above their letters.
      if (width > 1 && height > 5) found.push(`“${piece.text}” and “${other.text}” lie on each other`);
    }
  }
  for (const control of document.querySelectorAll('button, input, [role="switch"]')) {
    const box = control.getBoundingClientRect();
    if (box.width > 0 && (box.left < 0 || box.right > window.innerWidth))
      found.push(`the control “${control.textContent.trim()}” runs out of the window`);
  }
  return [...new Set(found)];

  function isSticky({ parent }: Piece): boolean {
    return hasAncestor(parent, (style) => style.position === 'sticky');
  }

  function hasAncestor(element: Element, holds: (style: CSSStyleDeclaration) => boolean): boolean {
    for (let at: Element | null = element; at; at = at.parentElement) if (holds(getComputedStyle(at))) return true;
    return false;
  }

  /** What is left of a box inside everything that cuts it. */
  function clipped(box: DOMRect, element: Element): DOMRect {
    let { left, top, right, bottom } = box;
    for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const edge = at.getBoundingClientRect();
      left = Math.max(left, edge.left);
      right = Math.min(right, edge.right);
      top = Math.max(top, edge.top);
      bottom = Math.min(bottom, edge.bottom);
    }
    return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  /** WCAG 2 contrast of an element's text with the first background under it that is not see-through. */
  function contrastOf(element: Element): number {
    let under = [255, 255, 255];
    for (let at: Element | null = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (alpha === 0 || r === undefined || g === undefined || b === undefined) continue;
      under = [r, g, b];
      break;
    }
    const text = luminance(numbers(getComputedStyle(element).color));
    const behind = luminance(under);
    return (Math.max(text, behind) + 0.05) / (Math.min(text, behind) + 0.05);
  }

  function numbers(colour: string): number[] {
    return (colour.match(/[\d.]+/g) ?? []).map(Number);
  }

  function luminance([r = 0, g = 0, b = 0]: readonly number[]): number {
    const linear = (value: number) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  }
}
