// Draws a link as a QR code (ISO/IEC 18004): dark on light in both themes, since many cameras read no other.
import { encode } from 'uqr';
import { svg } from '../dom.ts';

/** The quiet zone that the standard asks for, in modules. */
const QUIET_ZONE = 4;

export function qrCode(text: string, label: string): SVGSVGElement {
  const { size, dark } = qrModules(text);
  return svg(
    'svg',
    { class: 'qr', viewBox: `0 0 ${String(size)} ${String(size)}`, role: 'img', 'aria-label': label },
    svg('rect', { class: 'qr-light', width: size, height: size }),
    svg('path', { class: 'qr-dark', d: dark }),
  );
}

/** The modules of a side, quiet zone and all, and the dark ones as one path: each run of a row is a rectangle. */
export function qrModules(text: string): { readonly size: number; readonly dark: string } {
  // A screen is neither torn nor stained: the least correction gives the largest modules.
  const { data, size } = encode(text, { ecc: 'L', border: QUIET_ZONE });
  const dark = data.flatMap((row, y) => runsOf(row).map(([x, length]) => runAt(x, y, length))).join('');
  return { size, dark };
}

const runAt = (x: number, y: number, length: number): string =>
  `M${String(x)} ${String(y)}h${String(length)}v1h-${String(length)}z`;

function runsOf(row: readonly boolean[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  row.forEach((isDark, x) => {
    if (!isDark) return;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1;
    else runs.push([x, 1]);
  });
  return runs;
}
