// Asks whether the signer really cancels, and why.
import { button, el } from '../dom.ts';
import type { Opening } from '../api/types.ts';
import type { Words } from '../i18n/words.ts';
import { dialogActions, modal, quietButton } from '../view/dialog.ts';

/** A few sentences; the reason stands in the audit record. */
const REASON_LIMIT = 500;

export function askCancel(words: Words, opening: Opening, confirmed: (reason: string) => void): void {
  const reason = el('textarea', { id: 'cancel-reason', class: 'input', rows: 3, maxlength: REASON_LIMIT });
  const made = modal(
    { className: 'dialog-form', title: words.say('cancel.title') },
    el('p', {}, words.say('cancel.body', { tenant: opening.tenantName })),
    el('label', { for: 'cancel-reason' }, words.say('cancel.reason')),
    reason,
    dialogActions(
      quietButton(words.say('cancel.back'), () => {
        made.close();
      }),
      button(words.say('cancel.confirm'), { class: 'button button-bad' }, () => {
        made.close();
        confirmed(reason.value.trim());
      }),
    ),
  );
  made.open();
}
