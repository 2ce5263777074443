// The privacy notice: what is kept of this signing, in plain words, true to what the tenant chose.
import { el } from '../dom.ts';
import type { Opening } from '../api/types.ts';
import type { Words } from '../i18n/words.ts';
import { dialogActions, mainButton, modal } from '../view/dialog.ts';

export function showKept(words: Words, opening: Opening): void {
  const tenant = opening.tenantName;
  const paragraph = (text: string): HTMLElement => el('p', {}, text);
  const made = modal(
    { className: 'dialog-text', title: words.say('kept.title') },
    paragraph(words.say('kept.document', { tenant })),
    paragraph(words.say('kept.picture')),
    paragraph(words.say(opening.keepRawInk ? 'kept.raw' : 'kept.raw.none', { tenant })),
    ...(opening.senderData ? [paragraph(words.say('kept.data', { tenant }))] : []),
    paragraph(words.say('kept.record')),
    paragraph(words.say('kept.law')),
    paragraph(words.say('kept.browser')),
    paragraph(words.say('kept.digest')),
    el('p', { class: 'digest' }, opening.digest),
    dialogActions(
      mainButton(words.say('back'), () => {
        made.close();
      }),
    ),
  );
  made.open();
}
