// Shows the way to the phone: the signer's link as a QR code and as text, and how far it has come there.
import { button, el } from '../dom.ts';
import type { PhoneStanding } from '../api/types.ts';
import type { Words } from '../i18n/words.ts';
import { dialogActions, mainButton, modal, type Modal } from '../view/dialog.ts';

export class PhoneDialog {
  readonly #words: Words;
  readonly #modal: Modal;
  readonly #code = el('div', { class: 'qr-place' }, el('span', { class: 'bone qr-bone' }));
  readonly #link = el('input', { id: 'phone-link', class: 'input', type: 'text', readonly: true });
  readonly #copy: HTMLButtonElement;
  readonly #status = el('p', { class: 'phone-status', role: 'status' });
  #shown = '';

  constructor(words: Words, isTouched: boolean, closed: () => void) {
    this.#words = words;
    this.#copy = button(words.say('phone.copy'), { class: 'button', disabled: true }, () => {
      void this.#copyLink();
    });
    this.#link.addEventListener('focus', () => {
      this.#link.select();
    });
    this.#modal = modal(
      { className: 'dialog-form dialog-phone', title: words.say('phone.open'), onClosed: closed },
      el('p', {}, words.say('phone.scan')),
      isTouched ? el('p', { class: 'note' }, words.say('phone.fresh')) : undefined,
      this.#code,
      this.#status,
      el('label', { for: 'phone-link' }, words.say('phone.link')),
      el('div', { class: 'phone-line' }, this.#link, this.#copy),
      el('p', { class: 'note' }, words.say('phone.alone')),
      dialogActions(
        mainButton(words.say('back'), () => {
          this.#modal.close();
        }),
      ),
    );
  }

  open(): void {
    this.#modal.open();
  }

  tell(standing: PhoneStanding): void {
    this.say(this.#words.say(standing.opened ? 'phone.opened' : 'phone.waiting'));
    if (standing.link === '' || standing.link === this.#shown) return;
    this.#shown = standing.link;
    this.#link.value = standing.link;
    this.#copy.disabled = false;
    void this.#draw(standing.link);
  }

  /** Only what is new: a screen reader would read the same again. */
  say(text: string): void {
    if (this.#status.textContent !== text) this.#status.textContent = text;
  }

  // What draws codes is loaded when one is wanted: most signers want none.
  async #draw(link: string): Promise<void> {
    try {
      const { qrCode } = await import('../phone/qr.ts');
      this.#code.replaceChildren(qrCode(link, this.#words.say('phone.code')));
    } catch {
      // The link below leads there as well.
      this.#code.hidden = true;
    }
  }

  // Where the browser gives no clipboard (a frame, no TLS), the selected text can be copied by hand.
  async #copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#link.value);
      this.#copy.textContent = this.#words.say('phone.copied');
    } catch {
      this.#link.focus();
      this.#link.select();
    }
  }
}
