/** Where the popup opens, in screen points. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What asked for the window: a click on the tray icon, or anything else. */
export type Opener = { readonly by: 'tray'; readonly icon: Rectangle } | { readonly by: 'other' };

export interface Screen {
  readonly bounds: Rectangle;
  /** Without panels and docks. */
  readonly workArea: Rectangle;
}

export const windowSize = { width: 420, height: 560 } as const;
const gap = 8;

/**
 * Beside the tray icon where its place is known. On Linux it never is, but the cursor is on the icon while
 * it clicks. Otherwise in the right corner on the side of the panel: that is where trays are.
 */
export function placeWindow(
  opener: Opener,
  cursor: Point,
  screen: Screen,
  size: { readonly width: number; readonly height: number } = windowSize,
): Rectangle {
  const { bounds, workArea } = screen;
  const width = Math.min(size.width, workArea.width);
  const height = Math.min(size.height, workArea.height);
  const icon = opener.by === 'tray' ? knownIcon(opener.icon, cursor, screen) : null;
  const centre = icon ? icon.x + icon.width / 2 : workArea.x + workArea.width;
  const panelBelow =
    icon === null
      ? bottomInset(bounds, workArea) > workArea.y - bounds.y
      : icon.y + icon.height / 2 > workArea.y + workArea.height / 2;
  const x = clamp(centre - width / 2, workArea.x + gap, workArea.x + workArea.width - width - gap);
  const y = panelBelow
    ? Math.min(icon?.y ?? Infinity, workArea.y + workArea.height) - height - gap
    : Math.max(icon ? icon.y + icon.height : -Infinity, workArea.y) + gap;
  return {
    x: Math.round(x),
    y: Math.round(clamp(y, workArea.y, workArea.y + workArea.height - height)),
    width,
    height,
  };
}

function knownIcon(icon: Rectangle, cursor: Point, { bounds, workArea }: Screen): Rectangle | null {
  if (icon.width > 0 && icon.height > 0) return icon;
  // A click that a keyboard or a test made leaves the cursor anywhere; only near a panel it tells something.
  const panel = 48;
  const nearEdge = Math.min(
    cursor.y - workArea.y,
    workArea.y + workArea.height - cursor.y,
    cursor.x - workArea.x,
    workArea.x + workArea.width - cursor.x,
  );
  return inside(cursor, bounds) && nearEdge < panel ? { ...cursor, width: 0, height: 0 } : null;
}

const bottomInset = (bounds: Rectangle, workArea: Rectangle): number =>
  bounds.y + bounds.height - (workArea.y + workArea.height);
const inside = (point: Point, { x, y, width, height }: Rectangle): boolean =>
  point.x >= x && point.x < x + width && point.y >= y && point.y < y + height;
const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
