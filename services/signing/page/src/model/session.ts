// One signer's work on one opened document: values, signatures, places. Knows the rules, not the screen.
import type { Field, Opening, Submission, SubmittedSignature, Widget } from '../api/types.ts';
import type { Signature } from '../ink/signature.ts';
import { isOpenField } from './fields.ts';
import { isComplete, tasksOf, uprightOrder, type ReadingOrder, type Task } from './tasks.ts';

export interface Placed {
  readonly id: number;
  readonly place: Widget;
  readonly signature: Signature;
}

export interface Whereabouts {
  readonly locale: string;
  readonly timeZone: string;
}

/** One page of a person's places; more is a script at work, and the server would refuse it. */
export const PLACES_LIMIT = 50;

export class Session {
  readonly opening: Opening;
  #order: ReadingOrder = uprightOrder;
  #signerName: string;
  #readToEnd = false;
  #nextId = 1;
  readonly #values = new Map<string, string>();
  readonly #signed = new Map<string, Signature>();
  readonly #placed = new Map<number, Placed>();
  readonly #listeners = new Set<() => void>();

  constructor(opening: Opening) {
    this.opening = opening;
    this.#signerName = opening.rules.guiSignerName;
    for (const field of opening.fields) this.#values.set(field.name, field.value);
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  get tasks(): readonly Task[] {
    const done = {
      readToEnd: this.#readToEnd,
      placed: this.#placed.size,
      isSigned: (field: string) => this.#signed.has(field),
      valueOf: (field: string) => this.valueOf(field),
    };
    return tasksOf(this.opening, done, this.#order);
  }

  get isComplete(): boolean {
    return isComplete(this.tasks);
  }

  /** Whether something would be lost by leaving. */
  get isTouched(): boolean {
    return (
      this.#signed.size + this.#placed.size > 0 ||
      this.opening.fields.some((field) => this.valueOf(field.name) !== field.value)
    );
  }

  /** Signing waits until the document was read where the sender demands it. */
  get maySign(): boolean {
    return this.#readToEnd || !this.opening.rules.guiReadRequired;
  }

  get mayPlaceMore(): boolean {
    return this.opening.rules.signAnywhereEnabled && this.#placed.size < PLACES_LIMIT;
  }

  /** A mouse-free round is one for finger and pen: nothing can be typed in their stead. */
  get mayType(): boolean {
    return this.opening.rules.mouseSignature;
  }

  get signerName(): string {
    return this.#signerName;
  }

  get placed(): readonly Placed[] {
    return [...this.#placed.values()];
  }

  get order(): ReadingOrder {
    return this.#order;
  }

  valueOf(field: string): string {
    return this.#values.get(field) ?? '';
  }

  signatureOf(field: string): Signature | undefined {
    return this.#signed.get(field);
  }

  setOrder(order: ReadingOrder): void {
    this.#order = order;
    this.#changed();
  }

  setValue(field: string, value: string): void {
    if (this.#values.get(field) === value) return;
    this.#values.set(field, value);
    this.#changed();
  }

  setSignerName(name: string): void {
    this.#signerName = name.trim();
    this.#changed();
  }

  markRead(): void {
    if (this.#readToEnd) return;
    this.#readToEnd = true;
    this.#changed();
  }

  sign(field: string, signature: Signature): void {
    this.#signed.set(field, signature);
    this.#changed();
  }

  unsign(field: string): void {
    if (this.#signed.delete(field)) this.#changed();
  }

  put(place: Widget, signature: Signature): Placed {
    const placed = { id: this.#nextId, place, signature };
    this.#nextId += 1;
    this.#placed.set(placed.id, placed);
    this.#changed();
    return placed;
  }

  /** Changes where a placed signature stands or what it looks like; one that was removed stays removed. */
  replace(id: number, change: Partial<Omit<Placed, 'id'>>): void {
    const placed = this.#placed.get(id);
    if (placed === undefined) return;
    this.#placed.set(id, { ...placed, ...change });
    this.#changed();
  }

  remove(id: number): void {
    if (this.#placed.delete(id)) this.#changed();
  }

  toSubmission(at: Whereabouts): Submission {
    const fields = Object.fromEntries(
      this.opening.fields
        .filter((field) => field.type !== 'signature' && isOpenField(field, this.opening.pages))
        .map((field) => [field.name, this.valueOf(field.name)]),
    );
    return {
      digest: this.opening.digest,
      ...(this.#signerName === '' ? {} : { signerName: this.#signerName }),
      ...at,
      ...(Object.keys(fields).length === 0 ? {} : { fields }),
      signatures: [...this.#fieldSignatures(), ...this.#placedSignatures()],
      keepRawInk: this.opening.keepRawInk,
    };
  }

  #fieldSignatures(): SubmittedSignature[] {
    return [...this.#signed].map(([field, signature]) => ({ field, ...bodyOf(signature) }));
  }

  #placedSignatures(): SubmittedSignature[] {
    return this.placed.map(({ place, signature }) => ({ place, ...bodyOf(signature) }));
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The open signature fields of this round. */
export function signable(opening: Opening): readonly Field[] {
  return opening.fields.filter((field) => field.type === 'signature' && isOpenField(field, opening.pages));
}

function bodyOf(signature: Signature): Omit<SubmittedSignature, 'field' | 'place'> {
  return {
    kind: signature.kind,
    ...(signature.kind === 'typed' ? { text: signature.text } : {}),
    strokes: signature.strokes,
    pad: signature.pad,
  };
}
