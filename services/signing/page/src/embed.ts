// Tells a page that frames us how the signing goes. Only that: no token and no name leaves by this way.

export type Happening = 'opened' | 'submitted' | 'signed' | 'canceled' | 'closed' | 'failed';

export function tellParent(happening: Happening): void {
  if (window.parent === window) return;
  window.parent.postMessage({ source: 'okdokument', event: happening }, '*');
}
