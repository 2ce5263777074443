// Tells a page that frames us how the signing goes. Only that: no token and no name leaves by this way.

export type Happening = 'opened' | 'submitted' | 'signed' | 'canceled' | 'closed' | 'failed';

/** An end bears the `result` that the browser goes on with, so that both tell the same. */
export function tellParent(happening: Happening, resultUrl?: string): void {
  if (window.parent === window) return;
  const result = resultUrl === undefined ? undefined : resultOf(resultUrl);
  window.parent.postMessage(
    { source: 'okdokument', event: happening, ...(result === undefined ? {} : { result }) },
    '*',
  );
}

/** The sender's own address may have a parameter of this name; ours stands behind it. */
export function resultOf(resultUrl: string): string | undefined {
  const { searchParams } = new URL(resultUrl, 'https://okdokument.invalid');
  return searchParams.getAll('result').at(-1);
}
