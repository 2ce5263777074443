// A small menu of buttons that opens below its own button and closes by Escape, a press elsewhere or a choice.
import { button, el, icon } from '../dom.ts';

export interface MenuItem {
  readonly label: string;
  readonly isBad?: boolean;
  /** Shown on narrow screens only: wide ones have a button of their own for it. */
  readonly onlyNarrow?: boolean;
  readonly act: () => void;
}

export function closingMenu(label: string, items: readonly MenuItem[]): HTMLElement {
  const opener = button(
    '',
    { class: 'icon-button', 'aria-label': label, 'aria-expanded': 'false', 'aria-controls': 'menu' },
    () => {
      show(list.hidden);
    },
  );
  opener.append(icon('M5 12h.01M12 12h.01M19 12h.01', 3));
  const list = el(
    'ul',
    { id: 'menu', class: 'menu', hidden: true },
    ...items.map((item) => row(item, close)),
  );
  const root = el('div', { class: 'menu-root' }, opener, list);
  function show(isOpen: boolean): void {
    list.hidden = !isOpen;
    opener.setAttribute('aria-expanded', String(isOpen));
  }
  function close(): void {
    show(false);
    opener.focus();
  }
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || list.hidden) return;
    event.preventDefault();
    close();
  });
  root.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !root.contains(event.relatedTarget)) show(false);
  });
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !root.contains(event.target)) show(false);
  });
  return root;
}

function row(item: MenuItem, close: () => void): HTMLElement {
  const classes = `menu-item${item.isBad === true ? ' menu-item-bad' : ''}`;
  const press = button(item.label, { class: classes }, () => {
    close();
    item.act();
  });
  return el('li', { class: item.onlyNarrow === true ? 'only-narrow' : undefined }, press);
}
