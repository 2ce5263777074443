// Maps between the page as the file has it (PDF points, unrotated) and the page as the signer sees it (parts of 1).
import type { Box } from './api/types.ts';

export type Rotation = 0 | 90 | 180 | 270;

/** What of a page is shown: the visible box in user space (CropBox within MediaBox) and the clockwise turn. */
export interface PageShape {
  readonly view: readonly [left: number, bottom: number, right: number, top: number];
  readonly rotate: Rotation;
}

/** Parts of the seen page, origin upper left: 0.5, 0.5 is its middle whatever its size on the screen. */
export interface Spot {
  readonly left: number;
  readonly top: number;
}

export interface SeenBox extends Spot {
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of a freely placed signature, as seen, in points. */
export const PLACED_SIZE: Size = { width: 150, height: 50 };

export function toRotation(degrees: number): Rotation {
  const turned = (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
  return turned === 90 || turned === 180 || turned === 270 ? turned : 0;
}

/** The page's size as seen, in points. */
export function seenSize(shape: PageShape): Size {
  const { width, height } = viewSize(shape);
  return isSideways(shape) ? { width: height, height: width } : { width, height };
}

export function toSeen(shape: PageShape, box: Box): SeenBox {
  const one = spotOf(shape, box.x, box.y);
  const other = spotOf(shape, box.x + box.width, box.y + box.height);
  return {
    left: Math.min(one.left, other.left),
    top: Math.min(one.top, other.top),
    width: Math.abs(one.left - other.left),
    height: Math.abs(one.top - other.top),
  };
}

export function toPdf(shape: PageShape, seen: SeenBox): Box {
  const one = pointOf(shape, seen);
  const other = pointOf(shape, { left: seen.left + seen.width, top: seen.top + seen.height });
  return {
    x: hundredths(Math.min(one.x, other.x)),
    y: hundredths(Math.min(one.y, other.y)),
    width: hundredths(Math.abs(one.x - other.x)),
    height: hundredths(Math.abs(one.y - other.y)),
  };
}

/** A signature's rectangle around a tap: the usual size, smaller only on a smaller page, never over its edge. */
export function boxAround(shape: PageShape, tap: Spot): Box {
  const page = seenSize(shape);
  const width = Math.min(1, PLACED_SIZE.width / page.width);
  const height = Math.min(1, PLACED_SIZE.height / page.height);
  return toPdf(shape, inside({ left: tap.left - width / 2, top: tap.top - height / 2, width, height }));
}

/** The box moved by parts of the seen page, stopped at the page's edges. */
export function movedBy(shape: PageShape, box: Box, by: Spot): Box {
  const seen = toSeen(shape, box);
  return toPdf(shape, inside({ ...seen, left: seen.left + by.left, top: seen.top + by.top }));
}

function inside(seen: SeenBox): SeenBox {
  return {
    ...seen,
    left: Math.min(Math.max(0, seen.left), 1 - seen.width),
    top: Math.min(Math.max(0, seen.top), 1 - seen.height),
  };
}

function spotOf(shape: PageShape, x: number, y: number): Spot {
  const { width, height } = viewSize(shape);
  const across = (x - shape.view[0]) / width;
  const down = (shape.view[3] - y) / height;
  switch (shape.rotate) {
    case 0:
      return { left: across, top: down };
    case 90:
      return { left: 1 - down, top: across };
    case 180:
      return { left: 1 - across, top: 1 - down };
    case 270:
      return { left: down, top: 1 - across };
  }
}

function pointOf(shape: PageShape, spot: Spot): { x: number; y: number } {
  const { width, height } = viewSize(shape);
  const [across, down] = unturned(shape.rotate, spot);
  return { x: shape.view[0] + across * width, y: shape.view[3] - down * height };
}

function unturned(rotate: Rotation, { left, top }: Spot): readonly [across: number, down: number] {
  switch (rotate) {
    case 0:
      return [left, top];
    case 90:
      return [top, 1 - left];
    case 180:
      return [1 - left, 1 - top];
    case 270:
      return [1 - top, left];
  }
}

function viewSize({ view }: PageShape): Size {
  return { width: view[2] - view[0], height: view[3] - view[1] };
}

function isSideways({ rotate }: PageShape): boolean {
  return rotate === 90 || rotate === 270;
}

// Rectangles travel with two decimals: finer than any printer, and free of binary noise.
function hundredths(points: number): number {
  return Math.round(points * 100) / 100;
}
