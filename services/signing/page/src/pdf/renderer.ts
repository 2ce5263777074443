// Draws pages as they are reached, at the screen's own resolution and zoom, and forgets those far away.
import type { RenderTask } from 'pdfjs-dist';
import { seenSize } from '../geometry.ts';
import type { Paper } from '../view/paper.ts';
import type { PdfFile } from './file.ts';

/** Phones refuse larger canvases. */
const PIXELS_LIMIT = 16_000_000;

/** Pages this far from the view, in heights of the window, are drawn ahead; others give their memory back. */
const NEAR = '120%';

/** A zoom must differ by this much before a page is drawn anew. */
const ZOOM_STEP = 1.15;

const SETTLE_MS = 180;

export class Renderer {
  readonly #file: PdfFile;
  readonly #papers: readonly Paper[];
  readonly #near = new Set<Paper>();
  readonly #drawnAt = new Map<Paper, number>();
  readonly #observer: IntersectionObserver;
  #running: { paper: Paper; task: RenderTask | undefined } | undefined;
  #settling: number | undefined;

  constructor(file: PdfFile, papers: readonly Paper[]) {
    this.#file = file;
    this.#papers = papers;
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#seen(entries);
      },
      { rootMargin: `${NEAR} 0px` },
    );
    for (const paper of papers) this.#observer.observe(paper.root);
    const settle = (): void => {
      window.clearTimeout(this.#settling);
      this.#settling = window.setTimeout(() => {
        void this.#drawNext();
      }, SETTLE_MS);
    };
    new ResizeObserver(settle).observe(document.documentElement);
    window.visualViewport?.addEventListener('resize', settle);
  }

  /** Looks again at every page: after a zoom of our own, no event of the browser tells. */
  refresh(): void {
    void this.#drawNext();
  }

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const paper = this.#papers.find((candidate) => candidate.root === entry.target);
      if (paper === undefined) continue;
      if (entry.isIntersecting) this.#near.add(paper);
      else this.#forget(paper);
    }
    void this.#drawNext();
  }

  #forget(paper: Paper): void {
    this.#near.delete(paper);
    if (this.#running?.paper === paper) this.#running.task?.cancel();
    if (this.#drawnAt.delete(paper)) paper.clear();
  }

  // One page at a time, the one in view first: two at once would only make both late.
  async #drawNext(): Promise<void> {
    if (this.#running !== undefined) return;
    const paper = this.#mostWanted();
    if (paper === undefined) return;
    this.#running = { paper, task: undefined };
    const scale = this.#wantedScale(paper);
    try {
      await this.#draw(paper, scale);
    } catch (error) {
      if (!isCancelled(error)) paper.fail();
    }
    // Also when it failed: a page that cannot be drawn is not tried for ever.
    if (this.#near.has(paper)) this.#drawnAt.set(paper, scale);
    this.#running = undefined;
    void this.#drawNext();
  }

  #mostWanted(): Paper | undefined {
    const middle = window.innerHeight / 2;
    const distance = (paper: Paper): number => {
      const box = paper.root.getBoundingClientRect();
      return box.top <= middle && middle <= box.bottom
        ? 0
        : Math.min(Math.abs(box.top - middle), Math.abs(box.bottom - middle));
    };
    return [...this.#near]
      .filter((paper) => this.#isStale(paper))
      .sort((one, other) => distance(one) - distance(other))[0];
  }

  #isStale(paper: Paper): boolean {
    const drawn = this.#drawnAt.get(paper);
    if (drawn === undefined) return true;
    const wanted = this.#wantedScale(paper);
    return ZOOM_STEP < wanted / drawn || ZOOM_STEP * 2 < drawn / wanted;
  }

  // Canvas pixels for each point of the page.
  #wantedScale(paper: Paper): number {
    const size = seenSize(paper.shape);
    const width = Math.max(1, paper.surface.clientWidth);
    const sharp = (width / size.width) * window.devicePixelRatio * (window.visualViewport?.scale ?? 1);
    return Math.min(sharp, Math.sqrt(PIXELS_LIMIT / (size.width * size.height)));
  }

  async #draw(paper: Paper, scale: number): Promise<void> {
    const page = await this.#file.page(paper.n);
    const viewport = page.getViewport({ scale: scale / page.userUnit });
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    const task = page.render({ canvas, viewport, background: '#ffffff' });
    if (this.#running !== undefined) this.#running.task = task;
    await task.promise;
    if (!this.#near.has(paper)) return;
    paper.show(canvas);
    await this.#layText(paper);
  }

  // The words under the picture: for selection, search and screen readers.
  async #layText(paper: Paper): Promise<void> {
    if (paper.text.hasChildNodes()) return;
    const page = await this.#file.page(paper.n);
    const layer = new this.#file.library.TextLayer({
      textContentSource: page.streamTextContent({ includeMarkedContent: true }),
      container: paper.text,
      viewport: page.getViewport({ scale: 1 / page.userUnit }),
    });
    await layer.render();
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'RenderingCancelledException';
}
