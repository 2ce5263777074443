// The page: a place to drop a file, then what was found.
import { button, el, icon } from '../dom.ts';
import { verify, type Outcome } from './api.ts';
import { card, mark } from './card.ts';
import type { Examination, Verdict } from './types.ts';
import type { Words } from './words/words.ts';

const SHEET = 'M7 3h7l5 5v13H7zM14 3v5h5M10 14l2 2 4-4';

export class VerifyPage {
  readonly #root: HTMLElement;
  readonly #words: Words;
  readonly #send: typeof verify;

  constructor(root: HTMLElement, words: Words, send: typeof verify = verify) {
    this.#root = root;
    this.#words = words;
    this.#send = send;
  }

  start(): void {
    document.title = `${this.#words.say('title')} · OKdokument`;
    this.#root.replaceChildren(this.#top(), this.#dropping());
  }

  async take(file: File): Promise<void> {
    const waiting = el(
      'p',
      { class: 'waiting', role: 'status' },
      this.#words.say('checking', { name: file.name }),
    );
    this.#root.replaceChildren(this.#top(), waiting);
    this.#show(file.name, await this.#send(file));
  }

  #show(name: string, outcome: Outcome): void {
    if (outcome.is === 'examined') {
      this.#root.replaceChildren(this.#top(), this.#found(name, outcome.told), this.#again());
      this.#root.querySelector<HTMLElement>('h1')?.focus();
      return;
    }
    const text =
      outcome.is === 'file'
        ? this.#words.say('fault.file', { why: outcome.why })
        : this.#words.say(`fault.${outcome.is}`);
    this.#root.replaceChildren(
      this.#top(),
      el('p', { class: 'fault', role: 'alert' }, text),
      this.#dropping(),
    );
  }

  #top(): HTMLElement {
    return el('p', { class: 'brand' }, 'OKdokument');
  }

  #dropping(): HTMLElement {
    const picker = el('input', { type: 'file', accept: 'application/pdf,.pdf', id: 'file', class: 'picker' });
    picker.addEventListener('change', () => {
      const file = picker.files?.[0];
      if (file !== undefined) void this.take(file);
    });
    const area = el(
      'label',
      { class: 'drop', for: 'file' },
      icon(SHEET, 1.5),
      el('span', { class: 'drop-words' }, this.#words.say('drop')),
      picker,
      el('span', { class: 'button button-main', 'aria-hidden': 'true' }, this.#words.say('choose')),
    );
    picker.setAttribute('aria-label', this.#words.say('choose'));
    dropInto(area, (file) => void this.take(file));
    return el(
      'section',
      {},
      el('h1', {}, this.#words.say('title')),
      el('p', { class: 'lead' }, this.#words.say('lead')),
      area,
      el('p', { class: 'note kept' }, this.#words.say('kept')),
    );
  }

  #found(name: string, told: Examination): HTMLElement {
    const tone = toneOf(told.verdict);
    return el(
      'section',
      {},
      el(
        'div',
        { class: `verdict verdict-${tone}` },
        mark(tone),
        el(
          'div',
          {},
          el('h1', { tabindex: '-1' }, this.#words.say(`verdict.${told.verdict}`)),
          el('p', {}, this.#words.say(`about.${told.verdict}`)),
          el('p', { class: 'note name' }, name),
        ),
      ),
      ...told.signatures.map((one) => card(one, this.#words)),
      el('p', { class: 'note kept' }, this.#words.say('kept')),
    );
  }

  #again(): HTMLElement {
    return button(this.#words.say('another'), { class: 'button' }, () => {
      this.start();
    });
  }
}

function toneOf(verdict: Verdict): 'good' | 'bad' | 'open' {
  if (verdict === 'trusted') return 'good';
  return verdict === 'broken' ? 'bad' : 'open';
}

/** A file may be dropped anywhere on the area. */
function dropInto(area: HTMLElement, take: (file: File) => void): void {
  const over = (event: DragEvent) => {
    event.preventDefault();
    area.classList.add('is-over');
  };
  area.addEventListener('dragenter', over);
  area.addEventListener('dragover', over);
  area.addEventListener('dragleave', () => {
    area.classList.remove('is-over');
  });
  area.addEventListener('drop', (event) => {
    event.preventDefault();
    area.classList.remove('is-over');
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) take(file);
  });
}
