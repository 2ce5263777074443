// The accessibility statement.
import { el } from '../dom.ts';
import type { Opening } from '../api/types.ts';
import type { Words } from '../i18n/words.ts';
import { dialogActions, mainButton, modal } from '../view/dialog.ts';

export function showAccessibility(words: Words, opening: Opening): void {
  const mayType = opening.rules.mouseSignature;
  const made = modal(
    { className: 'dialog-text', title: words.say('accessibility.title') },
    el('p', {}, words.say('accessibility.aim')),
    mayType ? el('p', {}, words.say('accessibility.typed')) : undefined,
    el('p', {}, words.say('accessibility.contact', { tenant: opening.tenantName })),
    dialogActions(
      mainButton(words.say('back'), () => {
        made.close();
      }),
    ),
  );
  made.open();
}
