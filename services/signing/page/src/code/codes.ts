// The codes of one signer: which the server asks for, and what the right ones gave.
import type { PageApi } from '../api/client.ts';
import type { Fault } from '../api/fault.ts';
import type { CodeStatus, CodeStep, Confirmation, Opening } from '../api/types.ts';
import { askCode } from '../dialogs/code.ts';
import type { Words } from '../i18n/words.ts';
import { codeScreen, type CodeScreen } from '../screens/code.ts';
import type { CodeCalls, CodeHandlers } from './panel.ts';

/** The step whose code the server asks for, where that is what is wrong. */
export function requiredCode({ kind }: Fault): CodeStep | undefined {
  return kind.is === 'code' && kind.why.is === 'required' ? kind.why.step : undefined;
}

export class Codes {
  readonly #api: PageApi;
  #confirmation: Confirmation | undefined;

  constructor(api: PageApi) {
    this.#api = api;
  }

  /** What goes with the submission, once the code to sign was right. */
  get confirmation(): Confirmation | undefined {
    return this.#confirmation;
  }

  /** The page before the document. */
  toOpen(words: Words, status: CodeStatus, handlers: CodeHandlers): CodeScreen {
    return codeScreen(words, status, this.#callsToOpen(), handlers);
  }

  /** Whether the signature may be sent: at once, or once its code was right. */
  async isConfirmed(words: Words, opening: Opening): Promise<boolean> {
    if (!opening.signCode || this.#confirmation !== undefined) return true;
    return this.#ask(words, 'sign', {
      status: () => this.#api.codeStatus('sign'),
      send: () => this.#api.sendCode('sign'),
      check: async (code) => {
        this.#confirmation = await this.#api.checkCodeToSign(code, opening.opening);
      },
    });
  }

  /** What a code gave has run out: whether the signature may be sent after all. */
  async again(words: Words, step: CodeStep, opening: Opening): Promise<boolean> {
    this.#confirmation = undefined;
    if (step === 'open') return this.#ask(words, 'open', this.#callsToOpen());
    return this.isConfirmed(words, opening);
  }

  async #ask(words: Words, step: CodeStep, calls: CodeCalls): Promise<boolean> {
    return askCode(words, step, await calls.status(), calls);
  }

  #callsToOpen(): CodeCalls {
    return {
      status: () => this.#api.codeStatus('open'),
      send: () => this.#api.sendCode('open'),
      check: (code) => this.#api.checkCodeToOpen(code),
    };
  }
}
