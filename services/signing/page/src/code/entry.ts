// Where a code is typed: six boxes, or one line where the sender chose the code.
import { el } from '../dom.ts';
import type { Words } from '../i18n/words.ts';
import { digitsOf, isWhole } from './digits.ts';

/** One real input under the boxes: it takes paste, the keyboard's suggestion of a code just received, and a screen reader. */
export class CodeEntry {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #digits: number | undefined;

  /** `id` names the input for its label; `changed` hears whether the code is whole, and whether it just became so. */
  constructor(words: Words, id: string, digits: number | undefined, changed: (isWhole: boolean) => void) {
    this.#digits = digits;
    const described = { 'aria-describedby': `${id}-hint ${id}-error` };
    this.input =
      digits === undefined
        ? el('input', { id, class: 'input', type: 'text', autocomplete: 'off', maxlength: 64, ...described })
        : el('input', {
            id,
            class: 'code-input num',
            type: 'text',
            inputmode: 'numeric',
            autocomplete: 'one-time-code',
            // One more than fits, so that nothing is cut off before the digits are picked out.
            maxlength: digits + 24,
            ...described,
          });
    this.input.setAttribute('autocapitalize', 'off');
    this.input.setAttribute('spellcheck', 'false');
    this.input.addEventListener('input', () => {
      this.#tidy();
      changed(this.isWhole);
    });
    const label = digits === undefined ? words.say('code.label.fixed') : words.say('code.label', { digits });
    this.root = el(
      'div',
      { class: 'code-entry' },
      el('label', { for: id }, label),
      digits === undefined ? this.input : this.#boxes(digits),
    );
  }

  get value(): string {
    return this.input.value.trim();
  }

  get isWhole(): boolean {
    return isWhole(this.input.value, this.#digits);
  }

  set isBad(isBad: boolean) {
    this.input.setAttribute('aria-invalid', String(isBad));
  }

  set isBusy(isBusy: boolean) {
    this.input.readOnly = isBusy;
  }

  clear(): void {
    this.input.value = '';
    this.input.scrollLeft = 0;
  }

  #boxes(digits: number): HTMLElement {
    const boxes = Array.from({ length: digits }, () => el('span', { class: 'code-box' }));
    return el(
      'div',
      { class: 'code-boxes' },
      el('div', { class: 'code-frame', 'aria-hidden': 'true' }, ...boxes),
      this.input,
    );
  }

  #tidy(): void {
    if (this.#digits === undefined) return;
    const digits = digitsOf(this.input.value, this.#digits);
    if (digits !== this.input.value) this.input.value = digits;
  }
}
