// The buttons that lead through the document and end the signing.
import { button, el } from '../dom.ts';
import type { Words } from '../i18n/words.ts';

export interface ActionHandlers {
  readonly next: () => void;
  readonly submit: () => void;
  readonly cancel: () => void;
  readonly close: () => void;
}

export class Actions {
  readonly root: HTMLElement;
  readonly #next: HTMLButtonElement;
  readonly #submit: HTMLButtonElement;
  readonly #isOneButton: boolean;

  constructor(words: Words, isOneButton: boolean, handlers: ActionHandlers) {
    this.#isOneButton = isOneButton;
    this.#next = button(words.say('next'), { class: 'button button-next' }, handlers.next);
    this.#submit = button(
      words.say('submit'),
      { class: 'button button-main', disabled: true },
      handlers.submit,
    );
    this.root = el(
      'div',
      { class: 'actions', role: 'group' },
      button(words.say('close'), { class: 'quiet only-wide' }, handlers.close),
      button(words.say('cancel'), { class: 'quiet only-wide' }, handlers.cancel),
      this.#next,
      this.#submit,
    );
  }

  /** Submit is enabled exactly when nothing required is left. */
  refresh(isReady: boolean, isComplete: boolean): void {
    this.#next.disabled = !isReady;
    this.#submit.disabled = !isReady || !isComplete;
    const hadFocus = document.activeElement === this.#next;
    this.#next.hidden = isComplete;
    this.#submit.hidden = this.#isOneButton && !isComplete;
    this.#next.classList.toggle('button-main', this.#isOneButton);
    if (hadFocus && isComplete) this.#submit.focus();
  }
}
