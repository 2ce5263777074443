import { describe, expect, it } from 'vitest';
import type { InkPoint } from '../src/api/types.ts';
import { captionBand, fitCaption, fitInk, fitTyped } from '../src/ink/fit.ts';
import { outlineOf } from '../src/ink/outline.ts';
import { InkRecorder, POINTS_LIMIT, type Sample } from '../src/ink/recorder.ts';
import { inkSignature } from '../src/ink/signature.ts';

const sample = (x: number, y: number, at: number, more: Partial<Sample> = {}): Sample => ({
  x,
  y,
  at,
  pressure: 0.5,
  tiltX: 0,
  tiltY: 0,
  ...more,
});

describe('recording', () => {
  it('keeps every sample with its time since the first, its pressure and its tilt', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'pen', sample(1.234, 2, 1000.4, { pressure: 0.12345, tiltX: 30, tiltY: -12 }));
    recorder.extend(1, [sample(2, 3, 1004.6), sample(3, 4, 1008.8)]);
    recorder.end(1);
    expect(recorder.strokes).toEqual([
      {
        pointer: 'pen',
        points: [
          [1.23, 2, 0, 0.123, 30, -12],
          [2, 3, 4, 0.5, 0, 0],
          [3, 4, 8, 0.5, 0, 0],
        ],
      },
    ]);
  });

  it('counts the time of later strokes from the first one', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'touch', sample(0, 0, 500));
    recorder.end(1);
    recorder.begin(2, 'touch', sample(9, 9, 900));
    recorder.end(2);
    expect(recorder.strokes[1]?.points[0]?.[2]).toBe(400);
  });

  it('leaves out a sample that repeats the one before', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'mouse', sample(0, 0, 0));
    recorder.extend(1, [sample(0, 0, 0), sample(0, 0, 5)]);
    expect(recorder.current?.points).toHaveLength(2);
  });

  it('lets no second finger draw into a stroke', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'touch', sample(0, 0, 0));
    expect(recorder.begin(2, 'touch', sample(50, 50, 1))).toBe(false);
    expect(recorder.extend(2, [sample(60, 60, 2)])).toBe(false);
    expect(recorder.end(2)).toBe(false);
  });

  it('locks touch out once a pen was near, and drops what the palm had begun', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'touch', sample(0, 0, 0));
    recorder.noticePen();
    expect(recorder.isEmpty).toBe(true);
    expect(recorder.begin(2, 'touch', sample(0, 0, 1))).toBe(false);
    expect(recorder.begin(3, 'pen', sample(0, 0, 2))).toBe(true);
  });

  it('a pen takes over from a resting palm', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'touch', sample(0, 0, 0));
    expect(recorder.begin(2, 'pen', sample(5, 5, 1))).toBe(true);
    recorder.end(2);
    expect(recorder.strokes.map((stroke) => stroke.pointer)).toEqual(['pen']);
  });

  it('forgets a stroke that the system took away', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'touch', sample(0, 0, 0));
    recorder.cancel(1);
    expect(recorder.strokes).toEqual([]);
  });

  it('undoes stroke by stroke and clears all', () => {
    const recorder = new InkRecorder();
    for (const id of [1, 2, 3]) {
      recorder.begin(id, 'mouse', sample(id, 0, id));
      recorder.end(id);
    }
    recorder.undo();
    expect(recorder.strokes).toHaveLength(2);
    recorder.clear();
    expect(recorder.isEmpty).toBe(true);
  });

  it('takes a slip of the finger for no signature', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'touch', sample(0, 0, 0));
    recorder.extend(1, [sample(3, 0, 5)]);
    recorder.end(1);
    expect(recorder.isSignature).toBe(false);
    recorder.begin(2, 'touch', sample(0, 0, 9));
    recorder.extend(2, [sample(40, 0, 12)]);
    recorder.end(2);
    expect(recorder.isSignature).toBe(true);
  });

  it('stops at the limit', () => {
    const recorder = new InkRecorder();
    recorder.begin(1, 'pen', sample(0, 0, 0));
    const flood = Array.from({ length: POINTS_LIMIT + 50 }, (_, index) => sample(index, 0, index + 1));
    recorder.extend(1, flood);
    recorder.end(1);
    expect(recorder.strokes[0]?.points).toHaveLength(POINTS_LIMIT);
    expect(recorder.begin(2, 'pen', sample(0, 0, 0))).toBe(false);
  });
});

describe('a finished signature in its box', () => {
  const points: readonly InkPoint[] = [
    [60, 100, 0, 0.5, 0, 0],
    [160, 140, 10, 0.7, 5, 6],
    [260, 60, 20, 0.6, 0, 0],
  ];
  const ink = inkSignature([{ points, pointer: 'pen' }], { width: 358, height: 210 });
  const box = { width: 150, height: 50 };

  it('keeps its shape, stands in the middle and inside, above its caption', () => {
    const band = captionBand(box, 'Jozef Novák');
    expect(band).toBeCloseTo(11.5);
    const { scale, left, top } = fitInk(box, band, ink);
    const xs = points.map((point) => left + point[0] * scale);
    const ys = points.map((point) => top + point[1] * scale);
    expect((Math.min(...xs) + Math.max(...xs)) / 2).toBeCloseTo(75);
    expect((Math.min(...ys) + Math.max(...ys)) / 2).toBeCloseTo((50 - band) / 2);
    expect(Math.min(...ys)).toBeGreaterThan(0);
    expect(Math.max(...ys)).toBeLessThan(50 - band);
  });

  it('grows by no more than the engine lets it', () => {
    const dot = inkSignature([{ points: points.slice(0, 1), pointer: 'pen' }], ink.pad);
    expect(fitInk(box, 0, dot).scale).toBeCloseTo((50 / 210) * 2.2);
  });

  it('has no caption in a box too low for one', () => {
    expect(captionBand({ width: 100, height: 20 }, 'Jozef Novák')).toBe(0);
    expect(captionBand(box, '')).toBe(0);
  });

  it('typed, is as large as the box allows', () => {
    const byWidth = fitTyped(box, 0, 10);
    expect(byWidth.size).toBeCloseTo(14.1);
    expect(byWidth.x).toBeCloseTo(4.5);
    const byHeight = fitTyped(box, 0, 1);
    expect(byHeight.size).toBeCloseTo((50 * 0.92) / 0.98);
    expect(byHeight.baseline).toBeLessThan(50);
  });

  it('shrinks a long caption to the width', () => {
    expect(fitCaption(box, 11.5, 5).size).toBeCloseTo(7.13);
    expect(fitCaption(box, 11.5, 30).size).toBeCloseTo(4.8);
  });

  it('is drawn as a closed outline', () => {
    expect(outlineOf({ points, pointer: 'pen' }, 5, true)).toMatch(/^M[-\d.]+ [-\d.]+Q.*Z$/);
  });
});
