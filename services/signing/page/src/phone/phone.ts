// The signing goes on at a phone: shows the way there, follows, and tells when it is over.
import type { PageApi } from '../api/client.ts';
import type { Fault } from '../api/fault.ts';
import type { Opening, PhoneStanding, Standing } from '../api/types.ts';
import { PhoneDialog } from '../dialogs/phone.ts';
import type { Words } from '../i18n/words.ts';
import { telling } from '../screens/telling.ts';
import { closeDialogs } from '../view/dialog.ts';
import { PhoneWatch } from './watch.ts';

export interface PhoneHandlers {
  readonly over: (standing: Standing) => void;
  /** The link ended otherwise: its time is over, or the sender withdrew it. */
  readonly ended: (fault: Fault) => void;
}

/** A finger is all there is: whoever holds this needs no other phone. */
const TOUCH_ONLY = '(hover: none) and (pointer: coarse)';

export function offersPhone(opening: Opening): boolean {
  return opening.rules.guiRemoteQRCodeEnabled && !window.matchMedia(TOUCH_ONLY).matches;
}

export class Phone {
  readonly #api: PageApi;
  readonly #words: Words;
  readonly #handlers: PhoneHandlers;
  #watch: PhoneWatch | undefined;
  #dialog: PhoneDialog | undefined;
  #last: PhoneStanding | undefined;

  constructor(api: PageApi, words: Words, handlers: PhoneHandlers) {
    this.#api = api;
    this.#words = words;
    this.#handlers = handlers;
  }

  /** Whether the signer was shown the way to a phone: what ends elsewhere then ends there. */
  get isFollowed(): boolean {
    return this.#watch !== undefined;
  }

  show(isTouched: boolean): void {
    const dialog = new PhoneDialog(this.#words, isTouched, () => {
      this.#dialog = undefined;
      if (this.#watch !== undefined) this.#watch.isWatched = false;
    });
    this.#dialog = dialog;
    dialog.open();
    if (this.#watch === undefined) this.#follow();
    else this.#watch.isWatched = true;
    if (this.#last !== undefined) dialog.tell(this.#last);
  }

  hold(): void {
    this.#watch?.hold();
  }

  resume(): void {
    this.#watch?.resume();
  }

  /** As the page's own, for the browser that waited. */
  standing(): Promise<Standing> {
    return this.#api.phone();
  }

  #follow(): void {
    this.#watch = new PhoneWatch(this.#api, {
      waiting: (standing) => {
        this.#last = standing;
        this.#dialog?.tell(standing);
      },
      lost: () => {
        this.#dialog?.say(this.#words.say('phone.lost'));
      },
      over: (standing) => {
        closeDialogs();
        this.#handlers.over(standing);
      },
      failed: (fault) => {
        this.#fail(fault);
      },
    });
    void this.#watch.run();
  }

  #fail(fault: Fault): void {
    this.#watch = undefined;
    if (fault.kind.is === 'ended') {
      closeDialogs();
      this.#handlers.ended(fault);
    } else {
      this.#dialog?.say(telling(this.#words, fault).title);
    }
  }
}
