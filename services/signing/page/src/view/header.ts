// The head of the page: who asks, for which document, and the menu of what else can be done.
import { button, el, icon } from '../dom.ts';
import type { Opening } from '../api/types.ts';
import type { Words } from '../i18n/words.ts';
import { closingMenu, type MenuItem } from './menu.ts';

const PHONE_ICON = 'M8 2.5h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1v-17a1 1 0 0 1 1-1zM11 18.5h2';

/** `phone` leads on to a phone, where that is offered; also in the menu, for windows that are too narrow for its button. */
export function header(
  words: Words,
  opening: Opening,
  items: readonly MenuItem[],
  phone: (() => void) | undefined,
): HTMLElement {
  const asks = words.say('header.asks', { tenant: opening.tenantName });
  return el(
    'header',
    { class: 'head' },
    el('span', { class: 'avatar', 'aria-hidden': 'true' }, initialsOf(opening.tenantName)),
    el(
      'div',
      { class: 'head-words' },
      el('h1', { title: opening.filename }, titleOf(opening.filename)),
      el('p', {}, `${asks} · ${words.pages(opening.pages)}`),
    ),
    phone === undefined ? undefined : phoneButton(words, phone),
    closingMenu(words.say('menu.label'), items),
  );
}

function phoneButton(words: Words, act: () => void): HTMLElement {
  const made = button(words.say('phone.open'), { class: 'quiet head-phone' }, act);
  made.prepend(icon(PHONE_ICON));
  return made;
}

/** The document's name as people say it: without the suffix. */
export function titleOf(filename: string): string {
  return filename.replace(/\.(pdf|docx?|xlsx?)$/i, '');
}

/** At most two letters that stand for the tenant. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? '')
    .join('')
    .toUpperCase();
}
