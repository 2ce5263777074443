import { describe, expect, it } from 'vitest';
import type { Box } from '../src/api/types.ts';
import {
  boxAround,
  movedBy,
  seenSize,
  toPdf,
  toRotation,
  toSeen,
  type PageShape,
  type Rotation,
} from '../src/geometry.ts';

const ROTATIONS: readonly Rotation[] = [0, 90, 180, 270];

/** A4 whose visible part starts away from the origin. */
const cropped = (rotate: Rotation): PageShape => ({ view: [30, 40, 625, 882], rotate });

/** The point of the seen page, in points from its upper left, by pdf.js's own matrices (scale 1). */
function byPdfJs(shape: PageShape, x: number, y: number): readonly [number, number] {
  const [left, bottom, right, top] = shape.view;
  switch (shape.rotate) {
    case 0:
      return [x - left, top - y];
    case 90:
      return [y - bottom, x - left];
    case 180:
      return [right - x, y - bottom];
    case 270:
      return [top - y, right - x];
  }
}

describe('a rectangle of the file on the seen page', () => {
  it('stands upside down only in numbers: the file counts from below', () => {
    const seen = toSeen({ view: [0, 0, 200, 100], rotate: 0 }, { x: 20, y: 70, width: 40, height: 20 });
    expect(seen.left).toBeCloseTo(0.1);
    expect(seen.top).toBeCloseTo(0.1);
    expect(seen.width).toBeCloseTo(0.2);
    expect(seen.height).toBeCloseTo(0.2);
  });

  it.each(ROTATIONS)('is where pdf.js draws it, with a CropBox offset and turned by %i', (rotate) => {
    const shape = cropped(rotate);
    const box: Box = { x: 100, y: 200, width: 150, height: 50 };
    const size = seenSize(shape);
    const [x1, y1] = byPdfJs(shape, box.x, box.y);
    const [x2, y2] = byPdfJs(shape, box.x + box.width, box.y + box.height);
    const seen = toSeen(shape, box);
    expect(seen.left * size.width).toBeCloseTo(Math.min(x1, x2));
    expect(seen.top * size.height).toBeCloseTo(Math.min(y1, y2));
    expect(seen.width * size.width).toBeCloseTo(Math.abs(x1 - x2));
    expect(seen.height * size.height).toBeCloseTo(Math.abs(y1 - y2));
  });

  it.each(ROTATIONS)('comes back as it was when turned by %i', (rotate) => {
    const box: Box = { x: 100.25, y: 200.5, width: 150, height: 50 };
    expect(toPdf(cropped(rotate), toSeen(cropped(rotate), box))).toEqual(box);
  });
});

describe('a tap', () => {
  it('becomes a box of 150 by 50 points around it', () => {
    const box = boxAround({ view: [0, 0, 600, 800], rotate: 0 }, { left: 0.5, top: 0.25 });
    expect(box).toEqual({ x: 225, y: 575, width: 150, height: 50 });
  });

  it('counts from the corner of the CropBox', () => {
    const box = boxAround({ view: [30, 40, 630, 840], rotate: 0 }, { left: 0.5, top: 0.25 });
    expect(box).toEqual({ x: 255, y: 615, width: 150, height: 50 });
  });

  it.each([90, 270] as const)(
    'on a page turned by %i gives a box that lies as the signer sees it',
    (rotate) => {
      const shape = cropped(rotate);
      const box = boxAround(shape, { left: 0.5, top: 0.5 });
      expect([box.width, box.height]).toEqual([50, 150]);
      const size = seenSize(shape);
      expect(toSeen(shape, box).width * size.width).toBeCloseTo(150);
    },
  );

  it.each(ROTATIONS)('in a corner keeps the whole box on the page turned by %i', (rotate) => {
    const shape = cropped(rotate);
    for (const spot of [
      { left: 0, top: 0 },
      { left: 1, top: 0 },
      { left: 0, top: 1 },
      { left: 1, top: 1 },
    ]) {
      const box = boxAround(shape, spot);
      expect(box.x).toBeGreaterThanOrEqual(shape.view[0]);
      expect(box.y).toBeGreaterThanOrEqual(shape.view[1]);
      expect(box.x + box.width).toBeLessThanOrEqual(shape.view[2]);
      expect(box.y + box.height).toBeLessThanOrEqual(shape.view[3]);
    }
  });

  it('on a page smaller than the box takes the width there is', () => {
    const box = boxAround({ view: [0, 0, 100, 400], rotate: 0 }, { left: 0.5, top: 0.5 });
    expect(box).toEqual({ x: 0, y: 175, width: 100, height: 50 });
  });
});

it('a moved box stops at the edge of the page', () => {
  const shape: PageShape = { view: [0, 0, 600, 800], rotate: 0 };
  const box: Box = { x: 225, y: 575, width: 150, height: 50 };
  expect(movedBy(shape, box, { left: 0.1, top: 0 })).toEqual({ ...box, x: 285 });
  expect(movedBy(shape, box, { left: 9, top: 9 })).toEqual({ ...box, x: 450, y: 0 });
});

it('reads the turns a PDF may say', () => {
  expect([0, 90, 180, 270, 360, 450, -90].map(toRotation)).toEqual([0, 90, 180, 270, 0, 90, 270]);
});
