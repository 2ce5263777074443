// Records ink exactly as the digitiser gave it, one stroke at a time. Knows samples, not the DOM.
import type { InkPoint, Pointer, Stroke } from '../api/types.ts';

export interface Sample {
  readonly x: number;
  readonly y: number;
  /** A monotonic clock's milliseconds. */
  readonly at: number;
  readonly pressure: number;
  readonly tiltX: number;
  readonly tiltY: number;
}

/** A minute of the fastest digitisers; past it the pad asks for a shorter signature. */
export const POINTS_LIMIT = 20_000;

/** Less ink than this, in pad units, is a slip of the finger and no signature. */
const INK_FROM = 12;

interface OpenStroke {
  readonly pointerId: number;
  readonly pointer: Pointer;
  readonly points: InkPoint[];
}

export class InkRecorder {
  #strokes: Stroke[] = [];
  #open: OpenStroke | undefined;
  #startedAt: number | undefined;
  #penSeen = false;

  /** The finished strokes and, last, the one being drawn. */
  get strokes(): readonly Stroke[] {
    return this.#open === undefined ? this.#strokes : [...this.#strokes, this.#open];
  }

  get current(): Stroke | undefined {
    return this.#open;
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0 && this.#open === undefined;
  }

  get isFull(): boolean {
    return POINTS_LIMIT <= this.strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  }

  /** Whether there is enough ink to be somebody's signature. */
  get isSignature(): boolean {
    return INK_FROM <= this.#strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0);
  }

  /** Once a pen was near, the hand that holds it may rest on the glass: touch draws no more. */
  noticePen(): void {
    this.#penSeen = true;
    if (this.#open?.pointer === 'touch') this.#open = undefined;
  }

  /** Whether this pointer may draw now; a second finger, or a palm beside a pen, may not. */
  begin(pointerId: number, pointer: Pointer, sample: Sample): boolean {
    if (pointer === 'pen') this.noticePen();
    if (pointer === 'touch' && this.#penSeen) return false;
    if (this.#open !== undefined || this.isFull) return false;
    this.#startedAt ??= sample.at;
    this.#open = { pointerId, pointer, points: [this.#pointOf(sample)] };
    return true;
  }

  extend(pointerId: number, samples: readonly Sample[]): boolean {
    const open = this.#open;
    if (open?.pointerId !== pointerId) return false;
    for (const sample of samples) {
      if (this.isFull) break;
      const point = this.#pointOf(sample);
      if (!isSame(open.points.at(-1), point)) open.points.push(point);
    }
    return true;
  }

  end(pointerId: number): boolean {
    if (this.#open?.pointerId !== pointerId) return false;
    const { pointer, points } = this.#open;
    this.#strokes = [...this.#strokes, { points, pointer }];
    this.#open = undefined;
    return true;
  }

  /** The system took the pointer away (a palm, a gesture): what it drew was not meant. */
  cancel(pointerId: number): boolean {
    if (this.#open?.pointerId !== pointerId) return false;
    this.#open = undefined;
    return true;
  }

  undo(): void {
    this.#open = undefined;
    this.#strokes = this.#strokes.slice(0, -1);
    if (this.#strokes.length === 0) this.#startedAt = undefined;
  }

  clear(): void {
    this.#open = undefined;
    this.#strokes = [];
    this.#startedAt = undefined;
  }

  #pointOf(sample: Sample): InkPoint {
    return [
      round(sample.x, 100),
      round(sample.y, 100),
      Math.max(0, Math.round(sample.at - (this.#startedAt ?? sample.at))),
      round(sample.pressure, 1000),
      Math.round(sample.tiltX),
      Math.round(sample.tiltY),
    ];
  }
}

function lengthOf({ points }: Stroke): number {
  return points.reduce((sum, point, index) => {
    const before = points[index - 1];
    return before === undefined ? sum : sum + Math.hypot(point[0] - before[0], point[1] - before[1]);
  }, 0);
}

function isSame(one: InkPoint | undefined, other: InkPoint): boolean {
  return one?.every((value, index) => value === other[index]) ?? false;
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
