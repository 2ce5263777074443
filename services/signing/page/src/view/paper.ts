// One page of the document on the screen: the picture, the words under it and the layer of things to do over it.
import { el, percent } from '../dom.ts';
import { seenSize, type PageShape } from '../geometry.ts';
import type { Words } from '../i18n/words.ts';

/** Until the file has told, a page is taken for A4: the most common size here, so that little moves. */
const A4_WIDTH = 595;
const A4: PageShape = { view: [0, 0, A4_WIDTH, 842], rotate: 0 };

export class Paper {
  readonly n: number;
  readonly root: HTMLElement;
  readonly surface: HTMLElement;
  readonly text: HTMLElement;
  readonly overlay: HTMLElement;
  readonly foot: HTMLElement;
  readonly #words: Words;
  readonly #skeleton: HTMLElement;
  /** What stands in the picture's place: the skeleton, or the server's picture of the page. */
  #standIn: HTMLElement;
  #canvas: HTMLCanvasElement | undefined;
  #shape: PageShape = A4;
  #isShaped = false;

  constructor(words: Words, n: number, total: number) {
    this.n = n;
    this.#words = words;
    this.#skeleton = skeleton();
    this.#standIn = this.#skeleton;
    this.text = el('div', { class: 'textLayer' });
    this.overlay = el('div', { class: 'overlay' });
    this.surface = el(
      'div',
      { class: 'paper', 'aria-busy': 'true' },
      this.#skeleton,
      this.text,
      this.overlay,
    );
    this.foot = el(
      'div',
      { class: 'sheet-foot' },
      el('span', { class: 'num', 'aria-hidden': 'true' }, `${n} / ${total}`),
    );
    this.root = el(
      'section',
      { class: 'sheet', 'aria-label': words.say('page.label', { n, total }) },
      this.surface,
      this.foot,
    );
    this.#layOut(A4);
    new ResizeObserver(() => {
      this.#scale();
    }).observe(this.surface);
  }

  get shape(): PageShape {
    return this.#shape;
  }

  setShape(shape: PageShape): void {
    this.#isShaped = true;
    this.#layOut(shape);
  }

  #layOut(shape: PageShape): void {
    this.#shape = shape;
    const size = seenSize(shape);
    this.surface.style.aspectRatio = `${String(size.width)} / ${String(size.height)}`;
    // Letters over the page are sized in points: this many parts of the page's height (cqh) make one.
    this.surface.style.setProperty('--point', String(100 / size.height));
    this.#scale();
  }

  /** Shows a picture until the page itself is drawn; its proportions are the page's. */
  preview(picture: Blob): void {
    const url = URL.createObjectURL(picture);
    const image = el('img', { class: 'picture', alt: '', src: url });
    image.addEventListener('load', () => {
      URL.revokeObjectURL(url);
      if (this.#canvas !== undefined) return;
      if (!this.#isShaped) {
        const { naturalWidth: width, naturalHeight: height } = image;
        this.#layOut({ view: [0, 0, A4_WIDTH, (A4_WIDTH * height) / width], rotate: 0 });
      }
      this.#standIn.replaceWith(image);
      this.#standIn = image;
    });
    image.addEventListener('error', () => {
      URL.revokeObjectURL(url);
    });
  }

  show(canvas: HTMLCanvasElement): void {
    canvas.className = 'picture';
    canvas.setAttribute('aria-hidden', 'true');
    (this.#canvas ?? this.#standIn).replaceWith(canvas);
    free(this.#canvas);
    this.#canvas = canvas;
    this.#standIn = this.#skeleton;
    this.surface.removeAttribute('aria-busy');
  }

  clear(): void {
    this.#canvas?.replaceWith(this.#standIn);
    free(this.#canvas);
    this.#canvas = undefined;
    this.surface.setAttribute('aria-busy', 'true');
  }

  fail(): void {
    this.surface.removeAttribute('aria-busy');
    this.#standIn.replaceWith(this.#skeleton);
    this.#standIn = this.#skeleton;
    this.#skeleton.replaceChildren(el('p', { class: 'paper-failed' }, this.#words.say('page.failed')));
    this.#skeleton.removeAttribute('aria-hidden');
  }

  // The words under the picture are laid out in points: they need a point's length on the screen.
  #scale(): void {
    const scale = this.surface.clientWidth / seenSize(this.#shape).width;
    this.text.style.setProperty('--total-scale-factor', String(scale));
  }
}

// Safari gives a canvas's memory back only when it has no size.
function free(canvas: HTMLCanvasElement | undefined): void {
  if (canvas === undefined) return;
  canvas.width = 0;
  canvas.height = 0;
}

function skeleton(): HTMLElement {
  const lines = [44, 0, 92, 88, 93, 56, 0, 90, 93, 85, 91, 42, 0, 93, 87, 68].map((width) => {
    const line = el('span', { class: width === 0 ? 'gap' : 'bone' });
    line.style.width = percent(width / 100);
    return line;
  });
  return el('div', { class: 'skeleton', 'aria-hidden': 'true' }, ...lines);
}
