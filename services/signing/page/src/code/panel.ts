// Asks for a code: has it sent, takes it, counts down. The same before the document opens and before it is submitted.
import type { CodeFault, Fault } from '../api/fault.ts';
import { toFault } from '../api/fault.ts';
import type { CodeStatus } from '../api/types.ts';
import { button, el } from '../dom.ts';
import type { Words } from '../i18n/words.ts';
import { CodeEntry } from './entry.ts';
import { clockOf, CodeStanding, type Turn } from './standing.ts';

/** What the panel asks of the server. */
export interface CodeCalls {
  readonly status: () => Promise<CodeStatus>;
  readonly send: () => Promise<CodeStatus>;
  readonly check: (code: string) => Promise<void>;
}

export interface CodeHandlers {
  /** The code was right. */
  readonly passed: () => void;
  /** Something that no code can mend: the link has ended, the document is being sealed. */
  readonly failed: (fault: Fault) => void;
}

const TICK_MS = 500;
let nextId = 1;

export class CodePanel {
  readonly root: HTMLElement;
  readonly #words: Words;
  readonly #calls: CodeCalls;
  readonly #handlers: CodeHandlers;
  readonly #lead: HTMLElement;
  readonly #entry: CodeEntry;
  readonly #error: HTMLElement;
  readonly #hint: HTMLElement;
  readonly #countdown: HTMLElement;
  readonly #send: HTMLButtonElement;
  readonly #confirm: HTMLButtonElement;
  readonly #form: HTMLFormElement;
  #standing: CodeStanding;
  #isBusy = false;
  #timer: number | undefined;

  constructor(words: Words, status: CodeStatus, calls: CodeCalls, handlers: CodeHandlers) {
    this.#words = words;
    this.#calls = calls;
    this.#handlers = handlers;
    this.#standing = new CodeStanding(status, performance.now());
    const id = `code-${String(nextId)}`;
    nextId += 1;
    this.#lead = el('p', { role: 'status' });
    this.#entry = new CodeEntry(words, id, status.digits, (isWhole) => {
      this.#typed(isWhole);
    });
    this.#error = el('p', { id: `${id}-error`, class: 'code-error', role: 'alert' });
    const hint = status.digits === undefined ? '' : words.say('code.hint');
    this.#hint = el('p', { id: `${id}-hint`, class: 'note' }, hint);
    this.#countdown = el('p', { class: 'note num', role: 'timer', tabindex: -1 });
    this.#send = button('', { class: 'button' }, () => void this.#sendCode());
    this.#confirm = el('button', { type: 'submit', class: 'button button-main' }, words.say('code.confirm'));
    this.#form = el(
      'form',
      { class: 'code-form', novalidate: true },
      this.#entry.root,
      this.#hint,
      this.#confirm,
    );
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#check();
    });
    this.root = el(
      'div',
      { class: 'code-panel' },
      this.#lead,
      this.#error,
      this.#form,
      this.#send,
      this.#countdown,
    );
    this.#show();
  }

  /** Starts to count down; call once it is on the page. */
  start(): void {
    this.#timer = window.setInterval(() => {
      this.#tick();
    }, TICK_MS);
    this.#focus();
  }

  stop(): void {
    window.clearInterval(this.#timer);
  }

  #typed(isWhole: boolean): void {
    this.#say('');
    this.#confirm.disabled = !isWhole || this.#isBusy;
    // Of digits it is known when they are all there; the last key would be pressed for nothing.
    if (isWhole && this.#standing.status.digits !== undefined) void this.#check();
  }

  async #sendCode(): Promise<void> {
    await this.#busily(async () => {
      this.#say('');
      this.#take(await this.#calls.send());
      this.#entry.clear();
    });
    this.#focus();
  }

  async #check(): Promise<void> {
    if (this.#isBusy || !this.#entry.isWhole) return;
    if (await this.#busily(() => this.#calls.check(this.#entry.value))) {
      this.stop();
      this.#handlers.passed();
    } else {
      this.#focus();
    }
  }

  /** Whether the act was done. */
  async #busily(act: () => Promise<void>): Promise<boolean> {
    if (this.#isBusy) return false;
    this.#isBusy = true;
    this.#show();
    try {
      await act();
      return true;
    } catch (error) {
      await this.#refused(toFault(error));
      return false;
    } finally {
      this.#isBusy = false;
      this.#show();
    }
  }

  async #refused(fault: Fault): Promise<void> {
    const { kind } = fault;
    if (kind.is === 'offline' || kind.is === 'server') {
      this.#say(this.#words.say(`${kind.is}.body`));
      return;
    }
    if (kind.is !== 'code' || kind.why.is === 'required') {
      this.stop();
      this.#handlers.failed(fault);
      return;
    }
    this.#entry.clear();
    // Told last: then the boxes take the next code at once.
    await this.#refresh();
    this.#say(this.#wordsOf(kind.why));
  }

  #wordsOf(why: CodeFault): string {
    switch (why.is) {
      case 'wrong':
        return this.#words.say('code.wrong', { left: why.left });
      case 'expired':
        return this.#words.say('code.expired');
      // The countdown says the rest.
      case 'locked':
      case 'soon':
      case 'required':
        return '';
    }
  }

  async #refresh(): Promise<void> {
    try {
      this.#take(await this.#calls.status());
    } catch (error) {
      const fault = toFault(error);
      if (fault.kind.is === 'offline' || fault.kind.is === 'server') return;
      this.stop();
      this.#handlers.failed(fault);
    }
  }

  #take(status: CodeStatus): void {
    this.#standing = new CodeStanding(status, performance.now());
  }

  #tick(): void {
    const before = this.#form.hidden;
    this.#show();
    // What was open for typing a moment ago has run out; or a lock is over.
    if (before && !this.#form.hidden) this.#focus();
  }

  #say(error: string): void {
    if (this.#error.textContent !== error) this.#error.textContent = error;
    this.#entry.isBad = error !== '';
  }

  #show(): void {
    const now = performance.now();
    const { status } = this.#standing;
    const turn = this.#standing.turn(now);
    const isSent = status.channel !== 'fixed';
    const pause = this.#standing.resendIn(now);
    this.#lead.hidden = turn === 'wait';
    setText(this.#lead, this.#leadOf(status, turn));
    this.#form.hidden = turn !== 'enter';
    this.#entry.isBusy = this.#isBusy;
    this.#confirm.disabled = this.#isBusy || !this.#entry.isWhole;
    this.#send.hidden = !isSent || turn === 'wait';
    setText(this.#send, this.#words.say(turn === 'ask' ? 'code.send' : 'code.again'));
    this.#send.classList.toggle('button-main', turn === 'ask');
    this.#send.disabled = this.#isBusy || pause > 0;
    const waits = turn === 'wait' ? 'code.locked' : 'code.again.in';
    const seconds = turn === 'wait' ? this.#standing.lockedFor(now) : pause;
    this.#countdown.hidden = seconds === 0 || (turn !== 'wait' && !isSent);
    this.#countdown.classList.toggle('code-error', turn === 'wait');
    setText(this.#countdown, this.#words.say(waits, { time: clockOf(seconds) }));
  }

  #leadOf(status: CodeStatus, turn: Turn): string {
    const isSent = status.channel !== 'fixed' && turn === 'enter';
    // A number stays on one line.
    const to = status.to.replaceAll(' ', '\u00a0');
    return this.#words.say(isSent ? 'code.sent' : `code.${status.channel}`, {
      tenant: status.tenantName,
      to,
    });
  }

  #focus(): void {
    if (!this.#form.hidden) this.#entry.input.focus();
    else if (!this.#send.hidden && !this.#send.disabled) this.#send.focus();
    // Read out once; the seconds that follow are not.
    else this.#countdown.focus();
  }
}

// What is the same is left alone, so that nothing is read out twice.
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
