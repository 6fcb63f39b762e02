import { describe, expect, it } from 'vitest';
import { placeWindow, type Opener, type Screen } from '../../electron/shell/windowPlace';

const bounds = { x: 0, y: 0, width: 1920, height: 1080 };
const panelBelow: Screen = { bounds, workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
const panelAbove: Screen = { bounds, workArea: { x: 0, y: 30, width: 1920, height: 1050 } };
const noPanel: Screen = { bounds, workArea: bounds };
const unknownIcon = { x: 0, y: 0, width: 0, height: 0 };
const tray = (icon = unknownIcon): Opener => ({ by: 'tray', icon });
const middle = { x: 900, y: 500 };

describe('the window opens', () => {
  it('above an icon in a panel below', () => {
    const icon = { x: 1500, y: 1045, width: 24, height: 30 };
    expect(placeWindow(tray(icon), middle, panelBelow)).toEqual({ x: 1302, y: 472, width: 420, height: 560 });
  });

  it('below an icon in a menu bar, without leaving the screen', () => {
    const icon = { x: 1880, y: 0, width: 30, height: 24 };
    expect(placeWindow(tray(icon), middle, panelAbove)).toEqual({ x: 1492, y: 38, width: 420, height: 560 });
  });

  it('at the cursor where the icon’s place is not told and the cursor is on a panel', () => {
    expect(placeWindow(tray(), { x: 1000, y: 1060 }, panelBelow)).toMatchObject({ x: 790, y: 472 });
    expect(placeWindow(tray(), { x: 1000, y: 12 }, panelAbove)).toMatchObject({ x: 790, y: 38 });
  });

  it('in the corner of the trays where the cursor tells nothing', () => {
    expect(placeWindow(tray(), middle, panelBelow)).toMatchObject({ x: 1492, y: 472 });
    expect(placeWindow(tray(), middle, noPanel)).toMatchObject({ x: 1492, y: 8 });
    expect(placeWindow({ by: 'other' }, { x: 5, y: 5 }, panelBelow)).toMatchObject({ x: 1492, y: 472 });
  });

  it('on the display that it is asked for', () => {
    const right: Screen = {
      bounds: { x: 1920, y: -200, width: 1280, height: 1024 },
      workArea: { x: 1920, y: -170, width: 1280, height: 994 },
    };
    expect(placeWindow({ by: 'other' }, { x: 2000, y: 0 }, right)).toMatchObject({ x: 2772, y: -162 });
  });

  it('smaller on a display that is too small', () => {
    const small: Screen = {
      bounds: { x: 0, y: 0, width: 400, height: 300 },
      workArea: { x: 0, y: 20, width: 400, height: 280 },
    };
    const place = placeWindow({ by: 'other' }, middle, small);
    expect(place.height).toBe(280);
    expect(place.y).toBe(20);
    expect(place.width).toBe(400);
  });

  it('with the size that a person gave it', () => {
    expect(placeWindow({ by: 'other' }, middle, noPanel, { width: 600, height: 700 })).toEqual({
      x: 1312,
      y: 8,
      width: 600,
      height: 700,
    });
  });
});
