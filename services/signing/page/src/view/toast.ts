// A short hint above the buttons; it is read out, and goes by itself or with a press.
import { el } from '../dom.ts';

const STAYS_MS = 6_000;

export class Toast {
  readonly root = el('div', { class: 'toast', role: 'status' });
  #leaving: number | undefined;

  constructor() {
    this.root.addEventListener('click', () => {
      this.hide();
    });
  }

  show(message: string): void {
    window.clearTimeout(this.#leaving);
    this.root.textContent = message;
    this.root.classList.add('shown');
    this.#leaving = window.setTimeout(() => {
      this.hide();
    }, STAYS_MS);
  }

  hide(): void {
    this.root.classList.remove('shown');
  }
}
