// Fits a signature into its box exactly as the seal will draw it: what the signer sees is what is signed. The numbers
// are those of the engine (`crates/pdf/src/appearance.rs` and `ink/path.rs`); they change together.
import type { InkPoint, PadSize } from '../api/types.ts';
import type { Size } from '../geometry.ts';
import type { InkSignature } from './signature.ts';

/** The caption takes this share of the height, within bounds; a box lower than the last has no room for one. */
const CAPTION_SHARE = 0.23;
const CAPTION_LEAST = 6;
const CAPTION_MOST = 13;
const CAPTION_NEEDS = 22;
const CAPTION_SIZE_LEAST = 3.2;

/** Half the width of the line at rest, as a share of the box's shorter measure, within bounds. */
const NIB = 0.0165;
const FINEST_NIB = 0.32;
const BROADEST_NIB = 1.7;

/** Ink written small on a large pad grows by at most this much beyond the pad's own scale. */
const MOST_GROWTH = 2.2;

/** Of the font size: how much of a typed signature stands above its baseline and below it. */
const ABOVE = 0.72;
const BELOW = 0.26;

export interface InkFit {
  /** Points of the page for each unit of the pad, and where the pad's origin comes to lie. */
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  /** The line's width in pad units. */
  readonly nib: number;
}

export interface TextFit {
  readonly size: number;
  readonly x: number;
  readonly baseline: number;
}

/** The height of the band that a caption takes at the foot of the box. */
export function captionBand(box: Size, caption: string): number {
  if (caption === '' || box.height < CAPTION_NEEDS) return 0;
  return within(box.height * CAPTION_SHARE, CAPTION_LEAST, CAPTION_MOST);
}

/** `width` is that of the text at font size 1. */
export function fitCaption(box: Size, band: number, width: number): TextFit {
  const margin = within(box.width * 0.02, 1, 3);
  const room = Math.max(1, box.width - 2 * margin);
  const size = Math.max(CAPTION_SIZE_LEAST, Math.min(band * 0.62, room / Math.max(0.01, width)));
  return { size, x: margin, baseline: box.height - (band - size * 0.73) / 2 };
}

export function fitTyped(box: Size, band: number, width: number): TextFit {
  const height = box.height - band;
  const size = Math.min((box.width * 0.94) / Math.max(0.01, width), (height * 0.92) / (ABOVE + BELOW));
  const foot = (height - (ABOVE + BELOW) * size) / 2;
  return { size, x: (box.width - width * size) / 2, baseline: height - foot - BELOW * size };
}

/** The ink in the middle of what the caption leaves, its shape kept. */
export function fitInk(box: Size, band: number, { strokes, pad }: InkSignature): InkFit {
  const area: Size = { width: box.width, height: box.height - band };
  const half = within(Math.min(area.height, area.width / 2.2) * NIB, FINEST_NIB, BROADEST_NIB);
  const [left, right] = spread(strokes.flatMap(({ points }) => points.map((point: InkPoint) => point[0])));
  const [top, bottom] = spread(strokes.flatMap(({ points }) => points.map((point: InkPoint) => point[1])));
  const margin = half * 1.6;
  const tight = Math.min(
    ratio(Math.max(1, area.width - 2 * margin), right - left),
    ratio(Math.max(1, area.height - 2 * margin), bottom - top),
  );
  const scale = Math.min(tight, padScale(area, pad) * MOST_GROWTH);
  return {
    scale,
    left: area.width / 2 - ((left + right) / 2) * scale,
    top: area.height / 2 - ((top + bottom) / 2) * scale,
    nib: (2 * half) / scale,
  };
}

function padScale(area: Size, pad: PadSize): number {
  return Math.min(ratio(area.width, pad.width), ratio(area.height, pad.height));
}

function ratio(own: number, of: number): number {
  return 0 < of ? own / of : Number.POSITIVE_INFINITY;
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

// Not Math.min(...values): a long signature has more points than a call has room for arguments.
function spread(values: readonly number[]): readonly [least: number, most: number] {
  return values.reduce<readonly [number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [values[0] ?? 0, values[0] ?? 0],
  );
}
