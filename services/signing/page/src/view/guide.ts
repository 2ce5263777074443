// The thin guide bar: how much is loaded, then how much is done.
import { el, percent } from '../dom.ts';
import type { Words } from '../i18n/words.ts';
import type { Task } from '../model/tasks.ts';

export class Guide {
  readonly root: HTMLElement;
  readonly #words: Words;
  readonly #bar = el('span', { class: 'bar' });
  readonly #track: HTMLElement;
  readonly #text = el('span', { class: 'guide-text num' });

  constructor(words: Words) {
    this.#words = words;
    this.#track = el('div', { class: 'track', role: 'progressbar', 'aria-valuemin': 0 }, this.#bar);
    this.#track.setAttribute('aria-label', words.say('loading.document'));
    this.root = el(
      'div',
      { class: 'guide', role: 'region', 'aria-label': words.say('progress.label') },
      this.#track,
      el('p', { class: 'guide-live', 'aria-live': 'polite' }, this.#text),
    );
    this.#text.textContent = words.say('loading.document');
  }

  loaded(part: number): void {
    this.#show(part, 1);
    this.#track.setAttribute('aria-valuemax', '100');
    this.#track.setAttribute('aria-valuenow', String(Math.round(part * 100)));
  }

  done(tasks: readonly Task[]): void {
    const done = tasks.filter((task) => task.done).length;
    const total = tasks.length;
    this.#track.setAttribute('aria-label', this.#words.say('progress.label'));
    this.#track.setAttribute('aria-valuemax', String(total));
    this.#track.setAttribute('aria-valuenow', String(done));
    this.#track.classList.toggle('complete', done === total);
    this.#show(done, total);
    const text =
      total === 0 ? this.#words.say('progress.free') : this.#words.say('progress.done', { done, total });
    this.#track.setAttribute('aria-valuetext', text);
    // Set only when it says something new: a live region would repeat it.
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }

  #show(part: number, whole: number): void {
    this.#bar.style.width = percent(whole === 0 ? 1 : part / whole);
  }
}
