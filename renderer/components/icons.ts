/**
 * The window's drawings on a grid of 16, as outlines of 1.5 px with round ends. Among the states of a row
 * only the one that a person can act on here is a solid shape.
 */
export interface Drawing {
  readonly strokes?: string;
  /** Drawn fainter, behind the strokes. */
  readonly faint?: string;
  readonly dashed?: string;
  readonly solid?: string;
}

const ring = 'M8 2.25a5.75 5.75 0 1 0 0 11.5a5.75 5.75 0 1 0 0-11.5Z';
const eye = 'M1.6 8.1C3 5.6 5.3 4.2 8 4.2s5 1.4 6.4 3.9C13 10.6 10.7 12 8 12s-5-1.4-6.4-3.9Z';

export const drawings = {
  fail: {
    solid:
      'M5.3 1.3h5.4L14.7 5.3v5.4L10.7 14.7H5.3L1.3 10.7V5.3ZM7.15 4.2l.2 4.75h1.3l.2-4.75ZM8 10.25a.95.95 0 1 0 0 1.9a.95.95 0 1 0 0-1.9Z',
  },
  warn: { strokes: 'M8 2.3L14.3 13.3H1.7ZM8 6.7v2.9M8 11.4v.02' },
  work: { faint: ring, strokes: 'M8 2.25A5.75 5.75 0 0 1 13.75 8' },
  clock: { strokes: `${ring}M8 5v3.2l2.3 1.3` },
  ok: { strokes: `${ring}M5.4 8.2l1.85 1.85L10.7 6.2` },
  wait: { dashed: ring },
  tick: { strokes: 'M3.2 8.5l3.1 3.1L12.9 4.7' },
  cross: { strokes: 'M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6' },
  live: { solid: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9Z' },
  connecting: { strokes: 'M8 2.25A5.75 5.75 0 1 1 2.65 5.9' },
  blind: { strokes: `${eye}M3.3 13.2L12.7 2.8` },
  denied: { strokes: `${ring}M4 4l8 8` },
  off: { strokes: 'M8 3.7a4.3 4.3 0 1 0 0 8.6a4.3 4.3 0 1 0 0-8.6Z' },
  eye: { strokes: `${eye}M8 6.4a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 1 0 0-3.4Z` },
  bolt: { strokes: 'M9.2 1.9L3.6 9.1H7.7L6.8 14.1L12.4 6.9H8.3Z' },
  back: { strokes: 'M9.8 3.4L5.2 8l4.6 4.6' },
  next: { strokes: 'M6.2 3.4L10.8 8l-4.6 4.6' },
  up: { strokes: 'M8 12.8V3.4M4 7.2l4-3.9 4 3.9' },
  down: { strokes: 'M8 3.2v9.4M4 8.8l4 3.9 4-3.9' },
  arrow: { strokes: 'M2.6 8h10.2M9.2 4.3L12.9 8l-3.7 3.7' },
  settings: {
    strokes:
      'M8 5.7a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 1 0 0-4.6ZM8 1.7v1.6M8 12.7v1.6M1.7 8h1.6M12.7 8h1.6M3.55 3.55l1.13 1.13M11.32 11.32l1.13 1.13M3.55 12.45l1.13-1.13M11.32 4.68l1.13-1.13',
    faint: 'M8 3.3a4.7 4.7 0 1 0 0 9.4a4.7 4.7 0 1 0 0-9.4Z',
  },
  copy: {
    strokes:
      'M6.5 5.5h5.7a1.3 1.3 0 0 1 1.3 1.3v5.4a1.3 1.3 0 0 1-1.3 1.3H6.8a1.3 1.3 0 0 1-1.3-1.3V6.5a1 1 0 0 1 1-1ZM10.5 5.5V3.8a1.3 1.3 0 0 0-1.3-1.3H3.8a1.3 1.3 0 0 0-1.3 1.3v5.4a1.3 1.3 0 0 0 1.3 1.3h1.7',
  },
  swap: { strokes: 'M2.7 5.1h10.4M10.4 2.4l2.7 2.7-2.7 2.7M13.3 10.9H2.9M5.6 8.2l-2.7 2.7 2.7 2.7' },
  undo: { strokes: 'M5.7 2.9L2.6 6l3.1 3.1M2.8 6h6.5a3.9 3.9 0 0 1 0 7.8H6.4' },
  layers: { strokes: 'M8 2.2l6 3-6 3-6-3ZM2.3 8.3L8 11.2l5.7-2.9M2.3 11.1L8 14l5.7-2.9' },
  bin: { strokes: 'M2.6 4.4h10.8M6.2 4.4V2.5h3.6v1.9M4 4.4l.6 9.1h6.8l.6-9.1' },
  /** An examination: a heartbeat. */
  pulse: { strokes: 'M1.6 8.6h3l1.9-5.3 3.1 9.4 1.9-4.1h2.9' },
  plus: { strokes: 'M8 3.2v9.6M3.2 8h9.6' },
  box: { strokes: 'M8 1.9l5.4 3v6.2L8 14.1l-5.4-3V4.9ZM2.8 5L8 7.9 13.2 5M8 7.9v6' },
  /** The product's mark, as on its application icon: a box, and what comes into it. */
  mark: {
    strokes: 'M4.8 3.27L2.33 4.73v6.54L8 14.55l5.67-3.28V4.73L11.2 3.27M8 1.31V9.6M5.24 6.98L8 9.75l2.76-2.77',
  },
} as const satisfies Record<string, Drawing>;

export type IconName = keyof typeof drawings;
