// The area to draw on: takes every sample the digitiser has, draws the ink, and keeps it when the phone is turned.
import type { PadSize, Pointer, Stroke } from '../api/types.ts';
import { svg } from '../dom.ts';
import { outlineOf, PAD_NIB } from '../ink/outline.ts';
import { InkRecorder, type Sample } from '../ink/recorder.ts';

export interface SurfaceHandlers {
  readonly changed: () => void;
  readonly mouseRefused: () => void;
  readonly full: () => void;
}

export interface SurfaceOptions {
  readonly label: string;
  readonly mayUseMouse: boolean;
}

export class Surface {
  readonly root: SVGSVGElement;
  readonly #recorder = new InkRecorder();
  readonly #options: SurfaceOptions;
  readonly #handlers: SurfaceHandlers;
  readonly #ink = svg('g', { class: 'pad-ink' });
  readonly #current = svg('path', { class: 'pad-ink' });
  readonly #resize = new ResizeObserver(() => {
    this.#fit();
  });
  #isDrawing = false;

  constructor(options: SurfaceOptions, handlers: SurfaceHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.root = svg(
      'svg',
      { class: 'pad-surface', role: 'img', 'aria-label': options.label },
      this.#ink,
      this.#current,
    );
    this.#listen();
    this.#resize.observe(this.root);
  }

  get strokes(): readonly Stroke[] {
    return this.#recorder.strokes;
  }

  /** The size that the strokes' coordinates refer to. */
  get pad(): PadSize {
    const { width, height } = this.root.viewBox.baseVal;
    return { width, height };
  }

  get isEmpty(): boolean {
    return this.#recorder.isEmpty;
  }

  get isSignature(): boolean {
    return this.#recorder.isSignature;
  }

  undo(): void {
    this.#recorder.undo();
    this.#redraw();
  }

  clear(): void {
    this.#recorder.clear();
    this.#redraw();
  }

  close(): void {
    this.#resize.disconnect();
  }

  // The empty pad is as large as its element. Once there is ink its coordinates are settled: turning the phone scales
  // the picture and never the samples.
  #fit(): void {
    if (!this.#recorder.isEmpty) return;
    const { clientWidth, clientHeight } = this.root;
    if (clientWidth === 0) return;
    this.root.setAttribute('viewBox', `0 0 ${String(clientWidth)} ${String(clientHeight)}`);
  }

  #listen(): void {
    this.root.addEventListener('pointerdown', (event) => {
      this.#begin(event);
    });
    this.root.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'pen') this.#recorder.noticePen();
      if (this.#recorder.current === undefined) return;
      const samples = everySampleOf(event).map((one) => this.#sampleOf(one));
      if (this.#recorder.extend(event.pointerId, samples)) this.#drawSoon();
      if (this.#recorder.isFull) this.#handlers.full();
    });
    this.root.addEventListener('pointerup', (event) => {
      if (this.#recorder.end(event.pointerId)) this.#redraw();
    });
    this.root.addEventListener('pointercancel', (event) => {
      if (this.#recorder.cancel(event.pointerId)) this.#redraw();
    });
    // iOS starts its text loupe and its page gestures from touch events, whatever touch-action says.
    this.root.addEventListener(
      'touchstart',
      (event) => {
        event.preventDefault();
      },
      { passive: false },
    );
  }

  #begin(event: PointerEvent): void {
    const pointer = pointerOf(event);
    if (event.button !== 0) return;
    event.preventDefault();
    if (pointer === 'mouse' && !this.#options.mayUseMouse) {
      this.#handlers.mouseRefused();
      return;
    }
    this.#fit();
    if (!this.#recorder.begin(event.pointerId, pointer, this.#sampleOf(event))) {
      if (this.#recorder.isFull) this.#handlers.full();
      return;
    }
    this.root.setPointerCapture(event.pointerId);
    this.#drawSoon();
    this.#handlers.changed();
  }

  #sampleOf(event: PointerEvent): Sample {
    const toPad = this.root.getScreenCTM()?.inverse() ?? new DOMMatrix();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(toPad);
    const { pressure, tiltX, tiltY } = event;
    return { x, y, at: event.timeStamp, pressure, tiltX, tiltY };
  }

  // Samples come faster than the screen shows them.
  #drawSoon(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    window.requestAnimationFrame(() => {
      this.#isDrawing = false;
      const { current } = this.#recorder;
      this.#current.setAttribute('d', current === undefined ? '' : outlineOf(current, PAD_NIB, false));
    });
  }

  #redraw(): void {
    this.#current.setAttribute('d', '');
    this.#ink.replaceChildren(
      ...this.#recorder.strokes.map((stroke) => svg('path', { d: outlineOf(stroke, PAD_NIB, true) })),
    );
    this.#fit();
    this.#handlers.changed();
  }
}

// Between two frames a digitiser gives more samples than the browser tells at once. Older Safari has only the last.
function everySampleOf(event: PointerEvent): readonly PointerEvent[] {
  const { getCoalescedEvents } = event as Partial<PointerEvent>;
  const events = getCoalescedEvents?.call(event) ?? [];
  return events.length === 0 ? [event] : events;
}

function pointerOf(event: PointerEvent): Pointer {
  return event.pointerType === 'pen' || event.pointerType === 'touch' ? event.pointerType : 'mouse';
}
