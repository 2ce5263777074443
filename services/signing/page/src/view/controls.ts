// Real inputs over the document's fields, labelled with the field's name, each bound to the session.
import type { Field, Widget } from '../api/types.ts';
import { el } from '../dom.ts';
import type { Words } from '../i18n/words.ts';
import { CHECKED, isChecked, UNCHECKED } from '../model/fields.ts';
import type { Session } from '../model/session.ts';

/** From this height, in points, a text field is for several lines. */
const LINES_FROM = 40;

export interface Control {
  readonly element: HTMLElement;
  /** Shows the session's value; called after every change. */
  refresh(): void;
}

export function controlOf(words: Words, session: Session, field: Field, nth: number): Control {
  const widget = field.widgets[nth];
  switch (field.type) {
    case 'checkbox':
      return checkbox(session, field);
    case 'radio':
      return radio(session, field, nth);
    case 'combobox':
      return combobox(words, session, field);
    default:
      return text(session, field, widget);
  }
}

function text(session: Session, field: Field, widget: Widget | undefined): Control {
  const isLong = widget !== undefined && LINES_FROM <= Math.min(widget.width, widget.height);
  const common = {
    class: 'field field-text',
    'aria-label': field.name,
    title: field.name,
    'aria-required': String(field.required),
    autocomplete: 'off',
    readonly: field.readOnly,
  };
  const input = isLong ? el('textarea', common) : el('input', { type: 'text', ...common });
  input.addEventListener('input', () => {
    session.setValue(field.name, input.value);
  });
  return {
    element: input,
    refresh() {
      // Writing the same value would move the caret.
      const value = session.valueOf(field.name);
      if (input.value !== value) input.value = value;
      mark(input, value.trim() !== '');
    },
  };
}

function checkbox(session: Session, field: Field): Control {
  const input = el('input', {
    class: 'field field-check',
    type: 'checkbox',
    'aria-label': field.name,
    title: field.name,
    'aria-required': String(field.required),
    disabled: field.readOnly,
  });
  input.addEventListener('change', () => {
    session.setValue(field.name, input.checked ? CHECKED : UNCHECKED);
  });
  return {
    element: input,
    refresh() {
      input.checked = isChecked(session.valueOf(field.name));
      mark(input, input.checked);
    },
  };
}

// A button stands for the option that its widget switches on; where that is not said, the n-th for the n-th.
function radio(session: Session, field: Field, nth: number): Control {
  const state = field.widgets[nth]?.state;
  const option = field.options.find((one) => one.value === state) ??
    field.options[nth] ?? { value: String(nth), label: String(nth + 1) };
  const input = el('input', {
    class: 'field field-check field-radio',
    type: 'radio',
    name: `field.${field.name}`,
    value: option.value,
    'aria-label': `${field.name}: ${option.label}`,
    title: `${field.name}: ${option.label}`,
    disabled: field.readOnly,
  });
  input.addEventListener('change', () => {
    if (input.checked) session.setValue(field.name, option.value);
  });
  return {
    element: input,
    refresh() {
      input.checked = session.valueOf(field.name) === option.value;
      mark(input, session.valueOf(field.name) !== '');
    },
  };
}

function combobox(words: Words, session: Session, field: Field): Control {
  const isKnown = field.options.some((option) => option.value === field.value);
  const blank = el('option', { value: '' }, words.say('field.choose'));
  const kept = !isKnown && field.value !== '' ? el('option', { value: field.value }, field.value) : undefined;
  const select = el(
    'select',
    {
      class: 'field field-text',
      'aria-label': field.name,
      title: field.name,
      'aria-required': String(field.required),
      disabled: field.readOnly,
    },
    blank,
    kept,
    ...field.options.map((option) => el('option', { value: option.value }, option.label)),
  );
  select.addEventListener('change', () => {
    session.setValue(field.name, select.value);
  });
  return {
    element: select,
    refresh() {
      select.value = session.valueOf(field.name);
      mark(select, select.value !== '');
    },
  };
}

function mark(element: HTMLElement, isFilled: boolean): void {
  element.classList.toggle('filled', isFilled);
}
