// Which fields of an opening the signer can act on, and when one counts as filled.
import type { Field, Opening } from '../api/types.ts';

/** Smaller than this, in points, a widget is a hidden one: nobody can be asked to fill it. */
const VISIBLE_FROM = 1;

export function isVisible(field: Field, pages: number): boolean {
  return field.widgets.some(
    (widget) =>
      widget.page >= 1 &&
      widget.page <= pages &&
      VISIBLE_FROM <= widget.width &&
      VISIBLE_FROM <= widget.height,
  );
}

/** A field of this round that waits for the signer. */
export function isOpenField(field: Field, pages: number): boolean {
  return !field.readOnly && !field.signed && isVisible(field, pages);
}

/** How many signatures must be placed freely: none where the document brings places of its own to sign. */
export function placesRequired(opening: Opening): number {
  if (!opening.rules.signAnywhereEnabled) return 0;
  const hasOwnPlaces = opening.fields.some(
    (field) => field.type === 'signature' && isOpenField(field, opening.pages),
  );
  return hasOwnPlaces ? 0 : Math.max(0, Math.trunc(opening.rules.guiSignatureNumber));
}

export const CHECKED = '1';
export const UNCHECKED = '0';

/** Reads the many ways a PDF says that a box is ticked. */
export function isChecked(value: string): boolean {
  return !['', '0', 'off', 'false', 'no'].includes(value.trim().toLowerCase());
}

export function isFilled(field: Field, value: string): boolean {
  return field.type === 'checkbox' ? isChecked(value) : value.trim() !== '';
}
