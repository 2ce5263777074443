// A finished signature, as it is sent.
import type { PadSize, Stroke } from '../api/types.ts';

export type Signature = InkSignature | TypedSignature;

export interface InkSignature {
  readonly kind: 'ink';
  readonly strokes: readonly Stroke[];
  readonly pad: PadSize;
}

export interface TypedSignature {
  readonly kind: 'typed';
  readonly text: string;
  readonly strokes: readonly [];
  readonly pad: PadSize;
}

/** Nothing was drawn, so the pad has no size of its own: it takes that of a placed signature. */
const TYPED_PAD: PadSize = { width: 150, height: 50 };

export function inkSignature(strokes: readonly Stroke[], pad: PadSize): InkSignature {
  return { kind: 'ink', strokes, pad };
}

export function typedSignature(text: string): TypedSignature {
  return { kind: 'typed', text: text.trim(), strokes: [], pad: TYPED_PAD };
}
