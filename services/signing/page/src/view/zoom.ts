// Zoom for wide screens, where there is no pinch: the pages grow and are drawn anew, sharp.
import { button, el, icon } from '../dom.ts';
import type { Words } from '../i18n/words.ts';

const STEPS = [1, 1.25, 1.5, 2, 3] as const;

export function zoomButtons(words: Words, sheets: HTMLElement, changed: () => void): HTMLElement {
  let step = 0;
  const level = el('span', { class: 'num', 'aria-live': 'polite' }, '100 %');
  const go = (by: number): void => {
    step = Math.min(STEPS.length - 1, Math.max(0, step + by));
    const zoom = STEPS[step] ?? 1;
    sheets.style.setProperty('--zoom', String(zoom));
    level.textContent = `${String(zoom * 100)} %`;
    out.disabled = step === 0;
    closer.disabled = step === STEPS.length - 1;
    changed();
  };
  const out = button(
    '',
    { class: 'icon-button', 'aria-label': words.say('zoom.out'), disabled: true },
    () => {
      go(-1);
    },
  );
  out.append(icon('M6 12h12'));
  const closer = button('', { class: 'icon-button', 'aria-label': words.say('zoom.in') }, () => {
    go(1);
  });
  closer.append(icon('M6 12h12M12 6v12'));
  return el('div', { class: 'zoom only-wide' }, out, level, closer);
}
