// Shows a finished signature in the box it stands in, scaled as the server scales it: whole, its shape kept.
import { el, svg } from '../dom.ts';
import type { Signature } from '../ink/signature.ts';

export function pictureOf(signature: Signature): Element {
  if (signature.kind === 'typed') {
    return el('span', { class: 'typed-ink', 'aria-hidden': 'true' }, fitted(signature.text));
  }
  const { width, height } = signature.pad;
  return svg(
    'svg',
    { class: 'ink', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' },
    ...signature.outlines.map((d) => svg('path', { d })),
  );
}

// As SVG text the name shrinks with its box, whatever its length.
function fitted(text: string): SVGSVGElement {
  const width = Math.max(120, Array.from(text).length * 13);
  return svg(
    'svg',
    { class: 'ink', viewBox: `0 0 ${width} 40` },
    svg('text', { x: width / 2, y: 27, 'text-anchor': 'middle' }, text),
  );
}
