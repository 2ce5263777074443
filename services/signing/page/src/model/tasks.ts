// The things a signer must do before Submit, in the order of the document, and whether each is done.
import type { Field, Opening, Widget } from '../api/types.ts';
import { isFilled, isOpenField, placesRequired } from './fields.ts';

export type Task =
  | { readonly what: 'read'; readonly done: boolean }
  | { readonly what: 'field'; readonly field: Field; readonly done: boolean }
  | { readonly what: 'place'; readonly nth: number; readonly done: boolean };

/** What the signer has done so far. */
export interface Done {
  readonly readToEnd: boolean;
  readonly placed: number;
  isSigned(field: string): boolean;
  valueOf(field: string): string;
}

/** Sorts widgets as they are read; the pages' shapes are known only once the file is open. */
export type ReadingOrder = (one: Widget, other: Widget) => number;

/** Page by page, from the upper left, as an upright page reads. */
export const uprightOrder: ReadingOrder = (one, other) =>
  one.page - other.page || other.y + other.height - (one.y + one.height) || one.x - other.x;

export function tasksOf(opening: Opening, done: Done, order: ReadingOrder = uprightOrder): readonly Task[] {
  const tasks: Task[] = [];
  if (opening.rules.guiReadRequired) tasks.push({ what: 'read', done: done.readToEnd });
  for (const field of inOrder(requiredFields(opening), order)) {
    tasks.push({ what: 'field', field, done: isDone(field, done) });
  }
  for (let nth = 1; nth <= placesRequired(opening); nth += 1) {
    tasks.push({ what: 'place', nth, done: nth <= done.placed });
  }
  return tasks;
}

export function isComplete(tasks: readonly Task[]): boolean {
  return tasks.every((task) => task.done);
}

export function inOrder(fields: readonly Field[], order: ReadingOrder): readonly Field[] {
  return [...fields].sort((one, other) => {
    const [first] = [...one.widgets].sort(order);
    const [second] = [...other.widgets].sort(order);
    return first === undefined || second === undefined ? 0 : order(first, second);
  });
}

function requiredFields(opening: Opening): readonly Field[] {
  return opening.fields.filter((field) => field.required && isOpenField(field, opening.pages));
}

function isDone(field: Field, done: Done): boolean {
  return field.type === 'signature' ? done.isSigned(field.name) : isFilled(field, done.valueOf(field.name));
}
