// Offers the signer a copy of what was signed: as a download, or mailed to an address that the signer gives.
import { Fault, toFault } from '../api/fault.ts';
import { button, el } from '../dom.ts';
import type { Words } from '../i18n/words.ts';
import { download } from '../view/download.ts';

export interface Copies {
  /** The document's name; empty where the page never opened it. */
  readonly filename: string;
  readonly load: () => Promise<Blob>;
  readonly mail: (to: string) => Promise<void>;
}

/** The longest that a mailbox may be (RFC 5321, section 4.5.3.1). */
const ADDRESS_LIMIT = 254;

export function copyOffer(words: Words, copies: Copies): HTMLElement {
  const status = el('p', { class: 'copy-status', role: 'status' });
  const say = (text: string): void => {
    status.textContent = text;
  };
  const load = button(words.say('copy.download'), { class: 'button' }, () => {
    void whileBusy(load, async () => {
      say('');
      await copies.load().then(
        (file) => {
          download(file, copies.filename === '' ? 'document.pdf' : copies.filename);
        },
        (error: unknown) => {
          say(failure(words, toFault(error)));
        },
      );
    });
  });
  return el(
    'section',
    { class: 'copy', 'aria-label': words.say('copy.title') },
    load,
    form(words, copies, say),
    status,
  );
}

function form(words: Words, copies: Copies, say: (text: string) => void): HTMLElement {
  const address = el('input', {
    id: 'copy-to',
    class: 'input',
    type: 'email',
    autocomplete: 'email',
    maxlength: ADDRESS_LIMIT,
    required: true,
  });
  const send = el('button', { type: 'submit', class: 'button' }, words.say('copy.send'));
  // What is an address the server says, in the words of the page.
  const made = el(
    'form',
    { novalidate: true },
    el('label', { for: 'copy-to' }, words.say('copy.label')),
    el('div', { class: 'copy-line' }, address, send),
  );
  made.addEventListener('submit', (event) => {
    event.preventDefault();
    const to = address.value.trim();
    void whileBusy(send, async () => {
      say('');
      try {
        if (to === '') throw new Fault({ is: 'refused', detail: '' });
        await copies.mail(to);
        address.value = '';
        address.removeAttribute('aria-invalid');
        say(words.say('copy.sent', { to }));
      } catch (error) {
        const fault = toFault(error);
        if (fault.kind.is === 'refused') address.setAttribute('aria-invalid', 'true');
        say(failure(words, fault));
        address.focus();
      }
    });
  });
  return made;
}

/** One press is one act: a second one waits for the first to be over. */
async function whileBusy(pressed: HTMLButtonElement, act: () => Promise<void>): Promise<void> {
  if (pressed.getAttribute('aria-disabled') === 'true') return;
  // Not `disabled`, which would take the focus away.
  pressed.setAttribute('aria-disabled', 'true');
  await act();
  pressed.removeAttribute('aria-disabled');
}

function failure(words: Words, { kind }: Fault): string {
  switch (kind.is) {
    case 'refused':
      return words.say('copy.wrong');
    case 'code':
      return words.say('copy.often');
    case 'ended':
      return words.say(`ended.${kind.how}.title`);
    case 'offline':
      return words.say('offline.body');
    default:
      return words.say('server.body');
  }
}
