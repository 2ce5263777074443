// Lays everything the signer can act on over the pages, in reading order, and keeps it in step with the session.
import type { Field, Widget } from '../api/types.ts';
import { button, percent, putOver, svg } from '../dom.ts';
import { seenSize, toSeen, type SeenBox, type Spot } from '../geometry.ts';
import type { Words } from '../i18n/words.ts';
import { isOpenField } from '../model/fields.ts';
import type { Placed, Session } from '../model/session.ts';
import { controlOf, type Control } from './controls.ts';
import type { Paper } from './paper.ts';
import { fieldBox, PlacedBox, sizeOf } from './signing-boxes.ts';

export interface OverlayHandlers {
  /** The line that the seal prints under each signature. */
  readonly caption: () => string;
  readonly signField: (field: Field) => void;
  readonly signAt: (paper: Paper, spot: Spot) => void;
  readonly changePlaced: (placed: Placed) => void;
}

/** Where a button, not a tap, puts a signature: low on the right, where letters are signed. */
const USUAL_SPOT: Spot = { left: 0.72, top: 0.85 };

export class Overlay {
  readonly #words: Words;
  readonly #session: Session;
  readonly #papers: readonly Paper[];
  readonly #handlers: OverlayHandlers;
  readonly #controls: { readonly field: Field; readonly control: Control }[] = [];
  readonly #boxes = new Map<number, PlacedBox>();

  constructor(words: Words, session: Session, papers: readonly Paper[], handlers: OverlayHandlers) {
    this.#words = words;
    this.#session = session;
    this.#papers = papers;
    this.#handlers = handlers;
    for (const [field, nth, widget] of this.#inOrder()) this.#lay(field, nth, widget);
    for (const paper of papers) this.#listenToTaps(paper);
    session.onChange(() => {
      this.refresh();
    });
    this.refresh();
  }

  /** The element in which a field is filled or signed. */
  elementOf(field: Field): HTMLElement | undefined {
    return this.#controls.find((laid) => laid.field === field)?.control.element;
  }

  boxOf(placed: Placed): HTMLElement | undefined {
    return this.#boxes.get(placed.id)?.handle;
  }

  refresh(): void {
    for (const { control } of this.#controls) control.refresh();
    this.#refreshPlaced();
    for (const paper of this.#papers) {
      paper.surface.classList.toggle('tappable', this.#session.mayPlaceMore);
    }
  }

  #refreshPlaced(): void {
    const standing = new Set<number>();
    for (const placed of this.#session.placed) {
      standing.add(placed.id);
      const box = this.#boxes.get(placed.id);
      if (box === undefined) this.#put(placed);
      else box.update(placed);
    }
    for (const [id, box] of this.#boxes) {
      if (standing.has(id)) continue;
      box.root.remove();
      this.#boxes.delete(id);
    }
  }

  #put(placed: Placed): void {
    const paper = this.#papers[placed.place.page - 1];
    if (paper === undefined) return;
    const box = new PlacedBox(this.#words, this.#session, paper, placed, {
      caption: this.#handlers.caption,
      change: this.#handlers.changePlaced,
      removed: () => {
        paper.foot.querySelector('button')?.focus();
      },
    });
    this.#boxes.set(placed.id, box);
    paper.overlay.append(box.root);
  }

  #inOrder(): readonly (readonly [Field, number, Widget])[] {
    const { fields, pages } = this.#session.opening;
    return fields
      .filter((field) => isOpenField(field, pages) || (field.readOnly && hasOwnValue(field)))
      .flatMap((field) => field.widgets.map((widget, nth) => [field, nth, widget] as const))
      .sort(([, , one], [, , other]) => this.#session.order(one, other));
  }

  #lay(field: Field, nth: number, widget: Widget): void {
    const paper = this.#papers[widget.page - 1];
    if (paper === undefined) return;
    const seen = toSeen(paper.shape, widget);
    const control =
      field.type === 'signature'
        ? fieldBox(this.#words, this.#session, {
            field,
            size: sizeOf(paper, seen),
            caption: this.#handlers.caption,
            sign: () => {
              this.#handlers.signField(field);
            },
          })
        : controlOf(this.#words, this.#session, field, nth);
    putOver(control.element, seen);
    describeBox(control.element, paper, seen);
    paper.overlay.append(control.element);
    this.#controls.push({ field, control });
  }

  #listenToTaps(paper: Paper): void {
    if (!this.#session.opening.rules.signAnywhereEnabled) return;
    paper.foot.append(
      button(this.#words.say('page.sign'), { class: 'quiet' }, () => {
        this.#handlers.signAt(paper, USUAL_SPOT);
      }),
    );
    paper.surface.addEventListener('click', (event) => {
      // By the path, not the target: what was pressed may have removed itself by now.
      if (event.composedPath().includes(paper.overlay)) return;
      // Marking words to copy them is no wish to sign there.
      if (window.getSelection()?.isCollapsed === false) return;
      const area = paper.surface.getBoundingClientRect();
      const left = (event.clientX - area.left) / area.width;
      const top = (event.clientY - area.top) / area.height;
      ripple(paper, left, top);
      this.#handlers.signAt(paper, { left, top });
    });
  }
}

// What the styles need to know of a box: a tick box is drawn at its own size in the middle of what a finger can hit,
// and letters are as high as the box allows.
function describeBox(element: HTMLElement, paper: Paper, seen: SeenBox): void {
  const { style } = element;
  style.setProperty('--box-points', String(seen.height * seenSize(paper.shape).height));
  style.setProperty('--box-width', String(seen.width * 100));
  style.setProperty('--box-height', String(seen.height * 100));
  style.setProperty('--box-middle', percent(seen.left + seen.width / 2));
  style.setProperty('--box-center', percent(seen.top + seen.height / 2));
}

// Locked fields show in the page's own picture; those with a value given in the request stand over it.
function hasOwnValue(field: Field): boolean {
  return field.type !== 'signature' && field.value !== '';
}

function ripple(paper: Paper, left: number, top: number): void {
  const ring = svg(
    'svg',
    { class: 'ripple', viewBox: '0 0 40 40', 'aria-hidden': 'true' },
    svg('circle', { cx: 20, cy: 20, r: 16 }),
  );
  ring.style.left = `${String(left * 100)}%`;
  ring.style.top = `${String(top * 100)}%`;
  paper.surface.append(ring);
  window.setTimeout(() => {
    ring.remove();
  }, 600);
}
