// Says over the document that an act failed, and offers to try it again: nothing that was filled in is lost.
import { el } from '../dom.ts';
import type { Fault } from '../api/fault.ts';
import type { Words } from '../i18n/words.ts';
import { telling } from '../screens/telling.ts';
import { dialogActions, mainButton, modal, quietButton } from '../view/dialog.ts';

export function showFailed(words: Words, fault: Fault, retry: () => void): void {
  const told = telling(words, fault);
  const made = modal(
    { className: 'dialog-form', title: told.title, role: 'alertdialog' },
    el('p', {}, told.body),
    ...told.details.map((detail) => el('p', { class: 'note' }, detail)),
    dialogActions(
      quietButton(words.say('back'), () => {
        made.close();
      }),
      mainButton(words.say('retry'), () => {
        made.close();
        retry();
      }),
    ),
  );
  made.open();
}
