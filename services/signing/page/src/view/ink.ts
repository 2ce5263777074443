// Shows a finished signature in its box, in points of the page, as the seal will draw it: same letters, same fit.
import { svg } from '../dom.ts';
import type { Size } from '../geometry.ts';
import { captionBand, fitCaption, fitInk, fitTyped, type TextFit } from '../ink/fit.ts';
import { outlineOf } from '../ink/outline.ts';
import type { InkSignature, Signature } from '../ink/signature.ts';

/** The engine's own faces (see `styles/faces.css`). */
const SCRIPT = 'Signature Script';
const SANS = 'Signature Sans';

export function pictureOf(signature: Signature, box: Size, caption: string): SVGSVGElement {
  const band = captionBand(box, caption);
  const mark =
    signature.kind === 'ink'
      ? inkMark(signature, box, band)
      : text(SCRIPT, signature.text, (width) => fitTyped(box, band, width));
  return svg(
    'svg',
    { class: 'ink', viewBox: `0 0 ${box.width} ${box.height}`, 'aria-hidden': 'true' },
    mark,
    band === 0 ? undefined : text(SANS, caption, (width) => fitCaption(box, band, width)),
  );
}

function inkMark(signature: InkSignature, box: Size, band: number): SVGGElement {
  const { scale, left, top, nib } = fitInk(box, band, signature);
  return svg(
    'g',
    { transform: `translate(${left} ${top}) scale(${scale})` },
    ...signature.strokes.map((stroke) => svg('path', { d: outlineOf(stroke, nib, true) })),
  );
}

// Set once by the letters at hand and again when the face has arrived.
function text(face: string, words: string, fit: (width: number) => TextFit): SVGTextElement {
  const element = svg('text', { class: face === SANS ? 'ink-caption' : 'ink-script' }, words);
  const lay = (): void => {
    const { size, x, baseline } = fit(widthOf(face, words));
    element.setAttribute('x', String(x));
    element.setAttribute('y', String(baseline));
    element.setAttribute('font-size', String(size));
  };
  lay();
  void document.fonts.load(`20px "${face}"`, words).then(lay, () => undefined);
  return element;
}

const MEASURED_AT = 100;

function widthOf(face: string, words: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return words.length / 2;
  context.font = `${String(MEASURED_AT)}px "${face}", sans-serif`;
  context.fontKerning = 'none';
  return context.measureText(words).width / MEASURED_AT;
}
