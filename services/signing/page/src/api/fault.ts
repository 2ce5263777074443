// What can go wrong between the page and the server, told by what the signer can do about it.
import type { CodeStep } from './types.ts';

export type Ended = 'expired' | 'deleted' | 'canceled' | 'signed';

/** What is the matter with a code; seconds until it can be tried or sent again. */
export type CodeFault =
  | { readonly is: 'required'; readonly step: CodeStep }
  | { readonly is: 'wrong'; readonly left: number }
  | { readonly is: 'expired' }
  | { readonly is: 'locked'; readonly seconds: number }
  | { readonly is: 'soon'; readonly seconds: number };

export type FaultKind =
  /** The link opens nothing. */
  | { readonly is: 'invalid' }
  /** The link opened something once. */
  | { readonly is: 'ended'; readonly how: Ended }
  /** The document is in a state that does not allow this. */
  | { readonly is: 'state' }
  /** The server did not accept what was sent. */
  | { readonly is: 'refused'; readonly detail: string }
  /** A code is needed, or the one that was entered is not it. */
  | { readonly is: 'code'; readonly why: CodeFault }
  /** The loaded bytes are not those the server spoke of. */
  | { readonly is: 'damaged' }
  | { readonly is: 'offline' }
  | { readonly is: 'server' };

export class Fault extends Error {
  readonly kind: FaultKind;
  readonly requestId: string | undefined;

  constructor(kind: FaultKind, requestId?: string, options?: ErrorOptions) {
    super(kind.is, options);
    this.kind = kind;
    this.requestId = requestId;
  }
}

const ENDS: readonly Ended[] = ['expired', 'deleted', 'canceled', 'signed'];

/** Reads a refusal (problem+json; a proxy in between may have answered something else). */
export async function faultOf(response: Response): Promise<Fault> {
  const problem = await readProblem(response);
  const requestId = text(problem['requestId']) ?? response.headers.get('x-request-id') ?? undefined;
  return new Fault(kindOf(response.status, problem), requestId);
}

/** Anything thrown becomes a fault, so that a screen can be shown for it. */
export function toFault(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault({ is: 'server' }, undefined, { cause: error });
}

function kindOf(status: number, problem: Readonly<Record<string, unknown>>): FaultKind {
  switch (text(problem['code'])) {
    case 'err.link.invalid':
    case 'err.not.found':
      return { is: 'invalid' };
    case 'err.link.ended':
      return { is: 'ended', how: ENDS.find((end) => end === problem['value']) ?? 'expired' };
    case 'err.document.state':
      return { is: 'state' };
    case 'err.code.required':
      return { is: 'code', why: { is: 'required', step: problem['value'] === 'sign' ? 'sign' : 'open' } };
    case 'err.code.wrong':
      return { is: 'code', why: { is: 'wrong', left: number(problem['value']) } };
    case 'err.code.expired':
      return { is: 'code', why: { is: 'expired' } };
    case 'err.code.locked':
      return { is: 'code', why: { is: 'locked', seconds: number(problem['value']) } };
    case 'err.rate.limited':
      return { is: 'code', why: { is: 'soon', seconds: number(problem['value']) } };
    case 'err.invalid.field':
      return { is: 'refused', detail: text(problem['detail']) ?? '' };
  }
  if (status === 401 || status === 404) return { is: 'invalid' };
  if (status === 410) return { is: 'ended', how: 'expired' };
  if (status === 409) return { is: 'state' };
  if (status === 400 || status === 413 || status === 422) {
    return { is: 'refused', detail: text(problem['detail']) ?? '' };
  }
  return { is: 'server' };
}

async function readProblem(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
