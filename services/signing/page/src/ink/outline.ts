// Draws recorded strokes as filled outlines whose width follows speed and, with a pen, pressure.
import { getStroke } from 'perfect-freehand';
import type { Stroke } from '../api/types.ts';

/** The pen's width on the pad, in its units (CSS pixels). */
export const PAD_NIB = 5;

export function outlineOf(stroke: Stroke, nib: number, isFinished: boolean): string {
  const hasPressure = stroke.pointer === 'pen' && stroke.points.some((point) => point[3] > 0);
  const points = stroke.points.map((point): [number, number, number] => [point[0], point[1], point[3]]);
  const outline = getStroke(points, {
    size: nib,
    thinning: 0.6,
    smoothing: 0.6,
    streamline: 0.35,
    simulatePressure: !hasPressure,
    last: isFinished,
  });
  return pathOf(outline);
}

// Quadratic curves through the midpoints: smooth at any zoom, and half the points of straight lines.
function pathOf(outline: readonly (readonly [number, number])[]): string {
  const [first] = outline;
  if (first === undefined) return '';
  const curves = outline.map(([x, y], index) => {
    const [nextX, nextY] = outline[(index + 1) % outline.length] ?? first;
    return `${short(x)} ${short(y)} ${short((x + nextX) / 2)} ${short((y + nextY) / 2)}`;
  });
  return `M${short(first[0])} ${short(first[1])}Q${curves.join(' ')}Z`;
}

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
