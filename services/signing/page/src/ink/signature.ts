// A finished signature: what is sent, and how it looks on the page.
import type { InkPoint, PadSize, Stroke } from '../api/types.ts';
import { outlineOf } from './outline.ts';

export type Signature = InkSignature | TypedSignature;

export interface InkSignature {
  readonly kind: 'ink';
  readonly strokes: readonly Stroke[];
  readonly pad: PadSize;
  readonly outlines: readonly string[];
}

export interface TypedSignature {
  readonly kind: 'typed';
  readonly text: string;
  readonly strokes: readonly [];
  readonly pad: PadSize;
}

/** Room left around the ink, so that no line is cut by its own width. */
const MARGIN = 8;

/** A small signature is not blown up to fill its box: the trimmed pad keeps at least this size. */
const LEAST: PadSize = { width: 150, height: 50 };

/**
 * Trims the pad to the ink by moving its origin: shape, size and time of the strokes stay as recorded, nothing that
 * was drawn past an edge (or before the phone was turned) is lost, and the ink fills the box it was drawn for.
 */
export function inkSignature(strokes: readonly Stroke[]): InkSignature {
  const area = areaOf(strokes.flatMap((stroke) => stroke.points));
  const moved = strokes.map(({ points, pointer }) => ({
    pointer,
    points: points.map(([x, y, ...rest]): InkPoint => [round(x - area.left), round(y - area.top), ...rest]),
  }));
  return {
    kind: 'ink',
    strokes: moved,
    pad: { width: round(area.width), height: round(area.height) },
    outlines: moved.map((stroke) => outlineOf(stroke, true)),
  };
}

export function typedSignature(text: string): TypedSignature {
  return { kind: 'typed', text: text.trim(), strokes: [], pad: LEAST };
}

function areaOf(points: readonly InkPoint[]): { left: number; top: number; width: number; height: number } {
  const [left, right] = spread(points.map((point) => point[0]));
  const [top, bottom] = spread(points.map((point) => point[1]));
  const width = Math.max(right - left + 2 * MARGIN, LEAST.width);
  const height = Math.max(bottom - top + 2 * MARGIN, LEAST.height);
  return { left: (left + right - width) / 2, top: (top + bottom - height) / 2, width, height };
}

// Not Math.min(...values): a long signature has more points than a call has room for arguments.
function spread(values: readonly number[]): readonly [least: number, most: number] {
  return values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)] as const, [
    values[0] ?? 0,
    values[0] ?? 0,
  ] as const);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
