// Sends a file to be verified.
import type { Examination } from './types.ts';

export const MAX_BYTES = 25 * 1024 * 1024;

/** What came of it, for people. */
export type Outcome =
  | { readonly is: 'examined'; readonly told: Examination }
  | { readonly is: 'tooLarge' | 'rate' | 'network' }
  | { readonly is: 'file'; readonly why: string };

export async function verify(file: Blob): Promise<Outcome> {
  if (file.size > MAX_BYTES) return { is: 'tooLarge' };
  let answer: Response;
  try {
    answer = await fetch('/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: file,
    });
  } catch {
    return { is: 'network' };
  }
  if (answer.status === 413) return { is: 'tooLarge' };
  if (answer.status === 429) return { is: 'rate' };
  const body = (await answer.json().catch(() => undefined)) as unknown;
  if (answer.ok && isExamination(body)) return { is: 'examined', told: body };
  if (answer.status === 400) return { is: 'file', why: detailOf(body) };
  return { is: 'network' };
}

function isExamination(body: unknown): body is Examination {
  return typeof body === 'object' && body !== null && 'verdict' in body && 'signatures' in body;
}

function detailOf(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('detail' in body)) return '';
  return typeof body.detail === 'string' ? body.detail : '';
}
