// The signature pad: a sheet from below in which one signature is drawn or typed, and given by "I sign this".
import { button, el, icon } from '../dom.ts';
import type { Words } from '../i18n/words.ts';
import { inkSignature, typedSignature, type Signature } from '../ink/signature.ts';
import { captionOf } from '../model/caption.ts';
import { modal, type Modal } from '../view/dialog.ts';
import { Surface } from './surface.ts';
import { typedForm, type TypedForm } from './typed.ts';

/** The contract's limit for a signer's name. */
export const NAME_LIMIT = 40;

export interface PadOptions {
  readonly mayUseMouse: boolean;
  readonly mayType: boolean;
  readonly asksName: boolean;
  readonly name: string;
  readonly datePattern: string;
  readonly now: () => Date;
  readonly canRemove: boolean;
}

export interface PadHandlers {
  readonly signed: (signature: Signature, name: string) => void;
  readonly removed: () => void;
  readonly closed: () => void;
  readonly showKept: () => void;
  /** Leads on to a phone; absent where none is offered. */
  readonly phone: (() => void) | undefined;
}

export class Pad {
  readonly #words: Words;
  readonly #options: PadOptions;
  readonly #handlers: PadHandlers;
  readonly #surface: Surface;
  readonly #caption = el('p', { class: 'pad-caption' });
  readonly #message = el('p', { class: 'pad-message', role: 'alert' });
  readonly #name: HTMLInputElement;
  readonly #typed: TypedForm;
  readonly #drawn: HTMLElement;
  readonly #tools: readonly HTMLButtonElement[];
  readonly #swap: HTMLButtonElement;
  readonly #phone: HTMLButtonElement;
  readonly #modal: Modal;
  #isTyping = false;

  constructor(words: Words, options: PadOptions, handlers: PadHandlers) {
    this.#words = words;
    this.#options = options;
    this.#handlers = handlers;
    this.#name = this.#nameInput();
    this.#surface = this.#makeSurface();
    this.#typed = typedForm(words, options.name);
    this.#tools = [
      button(words.say('pad.undo'), { class: 'quiet' }, () => {
        this.#surface.undo();
      }),
      button(words.say('pad.clear'), { class: 'quiet' }, () => {
        this.#surface.clear();
        this.#say('');
      }),
    ];
    this.#drawn = el(
      'div',
      { class: 'pad-area' },
      el('span', { class: 'pad-line', 'aria-hidden': 'true' }),
      this.#caption,
      this.#surface.root,
    );
    this.#swap = button(words.say('pad.type'), { class: 'button' }, () => {
      this.#toggle();
    });
    this.#phone = button(words.say('phone.open'), { class: 'button pad-phone', hidden: true }, () => {
      this.#modal.close();
      handlers.phone?.();
    });
    this.#modal = this.#build();
    this.#refresh();
  }

  open(): void {
    this.#modal.open();
    if (this.#options.asksName && this.#name.value === '') this.#name.focus();
    else this.#modal.root.querySelector<HTMLElement>('.dialog-title')?.focus();
  }

  #build(): Modal {
    const { showKept } = this.#handlers;
    const made = modal(
      {
        className: 'pad',
        title: this.#words.say('pad.title'),
        mayDismiss: () => this.#surface.isEmpty,
        onClosed: () => {
          this.#surface.close();
          this.#handlers.closed();
        },
      },
      this.#closeButton(),
      el('div', { class: 'pad-tools' }, ...this.#tools),
      this.#options.asksName ? this.#nameField() : undefined,
      this.#drawn,
      this.#typed.root,
      this.#message,
      this.#phone,
      el(
        'p',
        { class: 'pad-agree' },
        `${this.#words.say('pad.agree')} `,
        button(this.#words.say('menu.kept'), { class: 'link' }, showKept),
      ),
      this.#actions(),
    );
    made.root.querySelector('.dialog-title')?.setAttribute('tabindex', '-1');
    made.root.addEventListener('keydown', (event) => {
      if (event.key !== 'z' || !(event.ctrlKey || event.metaKey) || this.#isTyping) return;
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      this.#surface.undo();
    });
    return made;
  }

  #makeSurface(): Surface {
    const { mayUseMouse } = this.#options;
    return new Surface(
      { label: this.#words.say('pad.surface'), mayUseMouse },
      {
        changed: () => {
          this.#say('');
          this.#refresh();
        },
        mouseRefused: () => {
          this.#say(this.#words.say('pad.mouse.refused'));
          this.#phone.hidden = this.#handlers.phone === undefined;
        },
        full: () => {
          this.#say(this.#words.say('pad.full'));
        },
      },
    );
  }

  #closeButton(): HTMLElement {
    const close = button('', { class: 'pad-close', 'aria-label': this.#words.say('pad.close') }, () => {
      this.#modal.close();
    });
    close.append(icon('M6 6l12 12M18 6L6 18'));
    return close;
  }

  #nameInput(): HTMLInputElement {
    const input = el('input', {
      id: 'pad-name',
      class: 'input',
      type: 'text',
      autocomplete: 'name',
      maxlength: NAME_LIMIT,
      value: this.#options.name,
    });
    input.addEventListener('input', () => {
      this.#say('');
      this.#refresh();
    });
    return input;
  }

  #nameField(): HTMLElement {
    const label = el('label', { for: 'pad-name' }, this.#words.say('pad.name.label'));
    return el('div', { class: 'pad-name' }, label, this.#name);
  }

  #actions(): HTMLElement {
    const sign = button(this.#words.say('pad.sign'), { class: 'button button-main pad-sign' }, () => {
      this.#sign();
    });
    const remove = this.#options.canRemove
      ? button(this.#words.say('pad.remove'), { class: 'link link-bad pad-remove' }, () => {
          this.#modal.close();
          this.#handlers.removed();
        })
      : undefined;
    return el('div', { class: 'pad-actions' }, this.#options.mayType ? this.#swap : undefined, sign, remove);
  }

  #toggle(): void {
    this.#isTyping = !this.#isTyping;
    this.#say('');
    this.#swap.textContent = this.#words.say(this.#isTyping ? 'pad.draw' : 'pad.type');
    this.#refresh();
    if (!this.#isTyping) return;
    if (this.#typed.input.value === '') this.#typed.setText(this.#name.value);
    this.#typed.input.focus();
  }

  #refresh(): void {
    this.#drawn.hidden = this.#isTyping;
    this.#typed.root.hidden = !this.#isTyping;
    for (const tool of this.#tools) {
      tool.hidden = this.#isTyping;
      tool.disabled = this.#surface.isEmpty;
    }
    const { datePattern, now } = this.#options;
    this.#caption.textContent = captionOf(this.#name.value.trim(), datePattern, now(), this.#words.lang);
  }

  #sign(): void {
    const name = this.#name.value.trim();
    if (this.#options.asksName && name === '') {
      this.#say(this.#words.say('pad.needs.name'));
      this.#name.focus();
      return;
    }
    if (this.#isTyping && this.#typed.input.value.trim() === '') {
      this.#say(this.#words.say('pad.needs.text'));
      this.#typed.input.focus();
      return;
    }
    if (!this.#isTyping && !this.#surface.isSignature) {
      this.#say(this.#words.say('pad.needs.ink'));
      return;
    }
    const signature = this.#isTyping
      ? typedSignature(this.#typed.input.value)
      : inkSignature(this.#surface.strokes, this.#surface.pad);
    this.#handlers.signed(signature, name);
    this.#modal.close();
  }

  #say(message: string): void {
    this.#message.textContent = message;
  }
}
