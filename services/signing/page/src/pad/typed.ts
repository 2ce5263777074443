// The typed signature, for who cannot or would rather not draw; it is offered unless the sender wants ink alone.
import { el } from '../dom.ts';
import type { Words } from '../i18n/words.ts';

/** Longer than any name, short enough for one line of a signature. */
const TEXT_LIMIT = 80;

export interface TypedForm {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  setText(text: string): void;
}

export function typedForm(words: Words, text: string): TypedForm {
  const input = el('input', {
    id: 'pad-typed',
    class: 'input input-large',
    type: 'text',
    autocomplete: 'name',
    maxlength: TEXT_LIMIT,
    'aria-describedby': 'pad-typed-note',
    value: text,
  });
  const root = el(
    'div',
    { class: 'pad-typed' },
    el('label', { for: 'pad-typed' }, words.say('pad.typed.label')),
    input,
    el('p', { id: 'pad-typed-note', class: 'note' }, words.say('pad.typed.note')),
  );
  return {
    root,
    input,
    setText(value) {
      input.value = value;
    },
  };
}
