// The screen on which the document is read, filled in and signed.
import type { Field, Opening } from '../api/types.ts';
import { askCancel } from '../dialogs/cancel.ts';
import { showAccessibility } from '../dialogs/accessibility.ts';
import { showKept } from '../dialogs/kept.ts';
import { el } from '../dom.ts';
import { boxAround, toSeen, type PageShape, type Spot } from '../geometry.ts';
import type { Words } from '../i18n/words.ts';
import type { Signature } from '../ink/signature.ts';
import { sealCaption } from '../model/caption.ts';
import { signable, type Placed, type Session } from '../model/session.ts';
import type { ReadingOrder } from '../model/tasks.ts';
import { Pad } from '../pad/pad.ts';
import type { PdfFile } from '../pdf/file.ts';
import { Renderer } from '../pdf/renderer.ts';
import { Actions } from '../view/actions.ts';
import { Guide } from '../view/guide.ts';
import { header } from '../view/header.ts';
import { leadTo } from '../view/lead.ts';
import type { MenuItem } from '../view/menu.ts';
import { Overlay } from '../view/overlay.ts';
import { Paper } from '../view/paper.ts';
import { Toast } from '../view/toast.ts';
import { zoomButtons } from '../view/zoom.ts';

export interface SigningHandlers {
  readonly submit: () => void;
  readonly cancel: (reason: string) => void;
  readonly close: () => void;
  readonly download: () => void;
  /** Absent where no phone is offered. */
  readonly phone: (() => void) | undefined;
  readonly now: () => Date;
}

/** What a given signature does with itself, and what it takes back. */
interface Target {
  readonly existing: boolean;
  readonly sign: (signature: Signature) => void;
  readonly remove: () => void;
}

export class SigningScreen {
  readonly root: HTMLElement;
  readonly guide: Guide;
  readonly #words: Words;
  readonly #opening: Opening;
  readonly #session: Session;
  readonly #handlers: SigningHandlers;
  readonly #papers: readonly Paper[];
  readonly #sheets: HTMLElement;
  readonly #actions: Actions;
  readonly #toast = new Toast();
  #overlay: Overlay | undefined;
  #wasAutoSubmitted = false;

  constructor(words: Words, session: Session, handlers: SigningHandlers) {
    const opening = session.opening;
    this.#words = words;
    this.#opening = opening;
    this.#session = session;
    this.#handlers = handlers;
    this.guide = new Guide(words);
    this.#papers = Array.from(
      { length: opening.pages },
      (_, index) => new Paper(words, index + 1, opening.pages),
    );
    this.#sheets = el('div', { class: 'sheets' }, ...this.#papers.map((paper) => paper.root));
    this.#actions = new Actions(words, opening.rules.guiOneButton, {
      next: () => {
        this.#next();
      },
      submit: handlers.submit,
      cancel: () => {
        this.#askCancel();
      },
      close: handlers.close,
    });
    this.root = el(
      'div',
      { class: 'signing' },
      el('div', { class: 'band' }, header(words, opening, this.#menu(), handlers.phone), this.guide.root),
      el('main', {}, this.#sheets),
      this.#actions.root,
      this.#toast.root,
    );
    this.#actions.refresh(false, false);
  }

  /** A picture of the first page is there before the file is. */
  preview(picture: Blob): void {
    this.#papers[0]?.preview(picture);
  }

  /** The file is there: lays out its pages, the fields over them, and starts to draw. */
  async show(file: PdfFile): Promise<void> {
    const first = this.#papers[0];
    if (first !== undefined) first.setShape(await file.shape(1));
    for (const paper of this.#papers.slice(1)) paper.setShape(await file.shape(paper.n));
    this.#session.setOrder(seenOrder(this.#papers.map((paper) => paper.shape)));
    const renderer = new Renderer(file, this.#papers);
    this.#overlay = new Overlay(this.#words, this.#session, this.#papers, {
      caption: () =>
        sealCaption(this.#session.signerName, this.#opening.rules.guiSignerDate, this.#handlers.now()),
      signField: (field) => {
        this.#signField(field);
      },
      signAt: (paper, spot) => {
        this.#signAt(paper, spot);
      },
      changePlaced: (placed) => {
        this.#changePlaced(placed);
      },
    });
    this.root.append(
      zoomButtons(this.#words, this.#sheets, () => {
        renderer.refresh();
      }),
    );
    this.#session.onChange(() => {
      this.#refresh();
    });
    this.#sheets.addEventListener('change', () => {
      this.#submitIfAuto();
    });
    this.#watchTheEnd();
    this.#refresh();
    if (this.#opening.rules.guiOpenSignature) this.#openFirst();
  }

  #refresh(): void {
    this.guide.done(this.#session.tasks);
    this.#actions.refresh(true, this.#session.isComplete);
  }

  #menu(): readonly MenuItem[] {
    const say = this.#words.say.bind(this.#words);
    const { phone } = this.#handlers;
    return [
      ...(phone === undefined ? [] : [{ label: say('phone.open'), act: phone }]),
      { label: say('menu.download'), act: this.#handlers.download },
      {
        label: say('menu.kept'),
        act: () => {
          showKept(this.#words, this.#opening);
        },
      },
      {
        label: say('menu.accessibility'),
        act: () => {
          showAccessibility(this.#words, this.#opening);
        },
      },
      { label: say('close'), onlyNarrow: true, act: this.#handlers.close },
      {
        label: say('cancel'),
        isBad: true,
        onlyNarrow: true,
        act: () => {
          this.#askCancel();
        },
      },
    ];
  }

  #askCancel(): void {
    askCancel(this.#words, this.#opening, this.#handlers.cancel);
  }

  #next(): void {
    const task = this.#session.tasks.find((candidate) => !candidate.done);
    if (task === undefined) return;
    const signsAtOnce = this.#opening.rules.guiOneButton && this.#session.maySign;
    switch (task.what) {
      case 'read':
        this.#toast.show(this.#words.say('read.hint'));
        window.scrollBy({ top: window.innerHeight * 0.7, behavior: 'smooth' });
        break;
      case 'field': {
        const element = this.#overlay?.elementOf(task.field);
        if (element !== undefined) leadTo(element);
        if (signsAtOnce && task.field.type === 'signature') this.#signField(task.field);
        break;
      }
      case 'place':
        this.#leadToPlace(signsAtOnce);
        break;
    }
  }

  // Where nothing says where to sign, the last page is where people look for it.
  #leadToPlace(signsAtOnce: boolean): void {
    const last = this.#papers.at(-1);
    if (last === undefined) return;
    leadTo(last.foot.querySelector('button') ?? last.foot);
    if (signsAtOnce) this.#signAt(last, LAST_PAGE_SPOT);
    else this.#toast.show(this.#words.say('place.hint'));
  }

  #openFirst(): void {
    const [field] = signable(this.#opening);
    const last = this.#papers.at(-1);
    if (field !== undefined) this.#signField(field);
    else if (last !== undefined && this.#opening.rules.signAnywhereEnabled) {
      this.#signAt(last, LAST_PAGE_SPOT);
    }
  }

  #signField(field: Field): void {
    this.#openPad({
      existing: this.#session.signatureOf(field.name) !== undefined,
      sign: (signature) => {
        this.#session.sign(field.name, signature);
      },
      remove: () => {
        this.#session.unsign(field.name);
      },
    });
  }

  #signAt(paper: Paper, spot: Spot): void {
    if (!this.#session.mayPlaceMore) return;
    this.#openPad({
      existing: false,
      sign: (signature) => {
        const placed = this.#session.put({ page: paper.n, ...boxAround(paper.shape, spot) }, signature);
        const box = this.#overlay?.boxOf(placed);
        if (box !== undefined) leadTo(box);
      },
      remove: () => undefined,
    });
  }

  #changePlaced(placed: Placed): void {
    this.#openPad({
      existing: true,
      sign: (signature) => {
        this.#session.replace(placed.id, { signature });
      },
      remove: () => {
        this.#session.remove(placed.id);
      },
    });
  }

  #openPad(target: Target): void {
    if (!this.#session.maySign) {
      this.#toast.show(this.#words.say('read.hint'));
      return;
    }
    this.#toast.hide();
    const { rules } = this.#opening;
    let signed: Signature | undefined;
    const pad = new Pad(
      this.#words,
      {
        mayUseMouse: rules.mouseSignature,
        mayType: this.#session.mayType,
        asksName: rules.guiRequestSignerName,
        name: this.#session.signerName,
        datePattern: rules.guiSignerDate,
        now: this.#handlers.now,
        canRemove: target.existing,
      },
      {
        signed: (signature, name) => {
          this.#session.setSignerName(name);
          signed = signature;
        },
        removed: target.remove,
        // Only now: the dialog has given focus back, and what follows may move it.
        closed: () => {
          if (signed === undefined) return;
          target.sign(signed);
          this.#submitIfAuto();
        },
        showKept: () => {
          showKept(this.#words, this.#opening);
        },
        phone: this.#handlers.phone,
      },
    );
    pad.open();
  }

  #submitIfAuto(): void {
    if (!this.#opening.rules.guiAutoSubmit || this.#wasAutoSubmitted || !this.#session.isComplete) return;
    this.#wasAutoSubmitted = true;
    this.#handlers.submit();
  }

  #watchTheEnd(): void {
    const end = this.#papers.at(-1)?.foot;
    if (end === undefined) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      this.#session.markRead();
    });
    observer.observe(end);
  }
}

const LAST_PAGE_SPOT: Spot = { left: 0.72, top: 0.85 };

function seenOrder(shapes: readonly PageShape[]): ReadingOrder {
  return (one, other) => {
    if (one.page !== other.page) return one.page - other.page;
    const shape = shapes[one.page - 1];
    if (shape === undefined) return 0;
    const [first, second] = [toSeen(shape, one), toSeen(shape, other)];
    // Boxes of one line differ by a hair's breadth.
    const isOneLine = Math.abs(first.top - second.top) < Math.min(first.height, second.height) / 2;
    return isOneLine ? first.left - second.left : first.top - second.top;
  };
}
