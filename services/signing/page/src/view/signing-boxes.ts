// The boxes to sign in: those the document brings, and those the signer puts where the sender allows it.
import type { Field } from '../api/types.ts';
import { button, el, icon, putOver } from '../dom.ts';
import { movedBy, seenSize, toSeen, type SeenBox, type Size, type Spot } from '../geometry.ts';
import type { Words } from '../i18n/words.ts';
import type { Placed, Session } from '../model/session.ts';
import type { Control } from './controls.ts';
import { pictureOf } from './ink.ts';
import type { Paper } from './paper.ts';

/** A press that travels no farther, in CSS pixels, is a press and not a drag. */
const DRAG_FROM = 5;

/** How far an arrow key moves a placed signature, in parts of the page. */
const KEY_STEP = 0.01;

const CROSS = 'M6 6l12 12M18 6L6 18';

/** A box of the seen page in points. */
export function sizeOf(paper: Paper, seen: SeenBox): Size {
  const page = seenSize(paper.shape);
  return { width: seen.width * page.width, height: seen.height * page.height };
}

export interface FieldBoxOptions {
  readonly field: Field;
  readonly size: Size;
  readonly caption: () => string;
  readonly sign: () => void;
}

/** The dashed "Sign here" of a signature field, or the ink once it is signed. */
export function fieldBox(words: Words, session: Session, options: FieldBoxOptions): Control {
  const { field, size, caption, sign } = options;
  const element = button('', { class: 'field field-sign', title: field.name }, sign);
  let shown: unknown = null;
  let shownCaption = '';
  return {
    element,
    refresh() {
      const signature = session.signatureOf(field.name);
      if (shown === signature && shownCaption === caption()) return;
      shown = signature;
      shownCaption = caption();
      element.classList.toggle('signed', signature !== undefined);
      if (signature === undefined) {
        const label = field.required ? 'field.sign' : 'field.sign.optional';
        element.replaceChildren(el('span', { class: 'sign-here' }, words.say(label)));
        element.setAttribute('aria-label', words.say('field.sign.label', { name: field.name }));
      } else {
        element.replaceChildren(pictureOf(signature, size, shownCaption));
        element.setAttribute('aria-label', words.say('field.signed.label', { name: field.name }));
      }
    },
  };
}

export interface PlacedHandlers {
  readonly caption: () => string;
  readonly change: (placed: Placed) => void;
  readonly removed: () => void;
}

/** A freely put signature: drag or arrow keys move it, Delete or the cross removes it, a press changes it. */
export class PlacedBox {
  readonly root: HTMLElement;
  readonly handle: HTMLButtonElement;
  readonly #session: Session;
  readonly #paper: Paper;
  readonly #handlers: PlacedHandlers;
  #placed: Placed;
  #shown: unknown;
  #shownCaption = '';
  #dragged = false;

  constructor(words: Words, session: Session, paper: Paper, placed: Placed, handlers: PlacedHandlers) {
    this.#session = session;
    this.#paper = paper;
    this.#placed = placed;
    this.#handlers = handlers;
    const label = words.say('place.label', { n: paper.n });
    this.handle = button('', { class: 'field field-sign signed movable', 'aria-label': label }, () => {
      if (!this.#dragged) handlers.change(this.#placed);
    });
    const remove = button('', { class: 'place-remove', 'aria-label': words.say('place.remove') }, () => {
      this.#remove();
    });
    remove.append(icon(CROSS));
    this.root = el('div', { class: 'placed' }, this.handle, remove);
    this.handle.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    this.#listenToDrag();
    this.update(placed);
  }

  update(placed: Placed): void {
    this.#placed = placed;
    const seen = toSeen(this.#paper.shape, placed.place);
    putOver(this.root, seen);
    const caption = this.#handlers.caption();
    if (this.#shown === placed.signature && this.#shownCaption === caption) return;
    this.#shown = placed.signature;
    this.#shownCaption = caption;
    this.handle.replaceChildren(pictureOf(placed.signature, sizeOf(this.#paper, seen), caption));
  }

  #remove(): void {
    this.#session.remove(this.#placed.id);
    this.#handlers.removed();
  }

  #move(by: Spot): void {
    const moved = movedBy(this.#paper.shape, this.#placed.place, by);
    this.#session.replace(this.#placed.id, { place: { page: this.#paper.n, ...moved } });
  }

  #onKey(event: KeyboardEvent): void {
    const step = event.shiftKey ? KEY_STEP / 4 : KEY_STEP;
    const by = STEPS[event.key];
    if (by !== undefined) this.#move({ left: by.left * step, top: by.top * step });
    else if (event.key === 'Delete' || event.key === 'Backspace') this.#remove();
    else return;
    event.preventDefault();
  }

  #listenToDrag(): void {
    let from: { x: number; y: number; placed: Placed } | undefined;
    this.handle.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, placed: this.#placed };
      this.#dragged = false;
      this.handle.setPointerCapture(event.pointerId);
    });
    this.handle.addEventListener('pointermove', (event) => {
      if (from === undefined) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!this.#dragged && Math.hypot(x, y) < DRAG_FROM) return;
      this.#dragged = true;
      const { clientWidth, clientHeight } = this.#paper.surface;
      this.#placed = { ...this.#placed, place: from.placed.place };
      this.#move({ left: x / clientWidth, top: y / clientHeight });
    });
    const stop = (): void => {
      from = undefined;
    };
    this.handle.addEventListener('pointerup', stop);
    this.handle.addEventListener('pointercancel', stop);
  }
}

const STEPS: Readonly<Record<string, Spot>> = {
  ArrowLeft: { left: -1, top: 0 },
  ArrowRight: { left: 1, top: 0 },
  ArrowUp: { left: 0, top: -1 },
  ArrowDown: { left: 0, top: 1 },
};
