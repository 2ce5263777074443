// The head of the page: who asks, for which document, and the menu of what else can be done.
import { el } from '../dom.ts';
import type { Opening } from '../api/types.ts';
import type { Words } from '../i18n/words.ts';
import { closingMenu, type MenuItem } from './menu.ts';

export function header(words: Words, opening: Opening, items: readonly MenuItem[]): HTMLElement {
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
    closingMenu(words.say('menu.label'), items),
  );
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
