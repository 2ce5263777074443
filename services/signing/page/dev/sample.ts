// Makes the sample contract of the development fixture: a real PDF, written by hand, with an upright, a cropped and a
// turned page.
import type { Field, Widget } from '../src/api/types.ts';

export interface SamplePage {
  readonly media: readonly [number, number, number, number];
  readonly crop?: readonly [number, number, number, number];
  readonly rotate?: 0 | 90 | 180 | 270;
  readonly heading: string;
  readonly lines: readonly string[];
}

const A4 = [0, 0, 595, 842] as const;

const CLAUSES = [
  '1. Prenajímateľ prenecháva nájomcovi vozidlo do užívania na dobu 48 mesiacov.',
  'Vozidlo: Škoda Octavia Combi 2.0 TDI, evidenčné číslo PP-291LC, rok výroby 2026.',
  'Nájomca sa zaväzuje platiť lízingové splátky mesačne vopred, vždy k piatemu dňu.',
  'Mesačná splátka je 389,00 EUR s DPH; akontácia vo výške 15 % bola uhradená.',
  '',
  '2. Nájomca užíva vozidlo s náležitou starostlivosťou a na dohodnutý účel.',
  'Poistenie vozidla zabezpečuje prenajímateľ, poistné je súčasťou splátky.',
  'Každú škodu na vozidle nájomca oznámi bez zbytočného odkladu, najneskôr do 48 hodín.',
  'Servisné prehliadky vykonáva autorizovaný servis podľa pokynov výrobcu.',
  '',
  '3. Zmluva nadobúda platnosť dňom podpisu oboch zmluvných strán.',
  'Zmeny a doplnky zmluvy sú platné iba v písomnej alebo elektronickej forme.',
  'Ak sa niektoré ustanovenie stane neplatným, ostatné ustanovenia zostávajú v platnosti.',
] as const;

export const PAGES: readonly SamplePage[] = [
  { media: A4, heading: 'Zmluva o lízingu č. 2291', lines: CLAUSES },
  {
    media: [0, 0, 655, 902],
    crop: [30, 30, 625, 872],
    heading: 'Príloha č. 1: Odovzdávací protokol',
    lines: CLAUSES.slice(5),
  },
  { media: A4, rotate: 90, heading: 'Príloha č. 2: Splátkový kalendár', lines: CLAUSES.slice(0, 4) },
];

/** Widgets are given as they stand in the file: in user space, origin lower left. */
const at = (page: number, x: number, y: number, width: number, height: number): Widget => ({
  page,
  x,
  y,
  width,
  height,
});

const plain = { required: false, signed: false, readOnly: false, value: '', options: [] };

export const FIELDS: readonly Field[] = [
  { ...plain, name: 'TC_place', type: 'text', required: true, widgets: [at(1, 60, 300, 190, 20)] },
  {
    ...plain,
    name: 'CBC_delivery',
    type: 'combobox',
    options: [
      { value: 'PP', label: 'Poprad' },
      { value: 'BA', label: 'Bratislava' },
    ],
    widgets: [at(1, 300, 300, 190, 20)],
  },
  { ...plain, name: 'CC_terms', type: 'checkbox', required: true, widgets: [at(1, 60, 262, 13, 13)] },
  {
    ...plain,
    name: 'RO_way',
    type: 'radio',
    options: [
      { value: 'mail', label: 'E-mail' },
      { value: 'post', label: 'Pošta' },
    ],
    widgets: [at(1, 300, 262, 13, 13), at(1, 380, 262, 13, 13)],
  },
  { ...plain, name: '_S1_', type: 'signature', required: true, widgets: [at(1, 60, 150, 200, 66)] },
  { ...plain, name: '_S2_', type: 'signature', required: true, widgets: [at(1, 300, 150, 200, 66)] },
  { ...plain, name: '_SO1_', type: 'signature', widgets: [at(2, 90, 150, 150, 50)] },
  // On the turned page a box that is seen lying stands upright in the file.
  { ...plain, name: '_S3_', type: 'signature', required: true, widgets: [at(3, 450, 90, 66, 200)] },
];

const LABELS: Readonly<Record<number, readonly (readonly [number, number, string])[]>> = {
  0: [
    [60, 326, 'Miesto podpisu'],
    [300, 326, 'Miesto odovzdania'],
    [80, 265, 'Súhlasím s podmienkami'],
    [318, 265, 'E-mailom'],
    [398, 265, 'Poštou'],
    [60, 134, 'Za nájomcu'],
    [300, 134, 'Spoludlžník'],
  ],
  1: [[90, 134, 'Prevzal']],
};

/** The letters that Helvetica's standard encodings lack, given codes of our own. */
const OWN_GLYPHS: readonly (readonly [string, string])[] = [
  ['č', 'ccaron'],
  ['Č', 'Ccaron'],
  ['ď', 'dcaron'],
  ['ľ', 'lcaron'],
  ['ĺ', 'lacute'],
  ['ň', 'ncaron'],
  ['ŕ', 'racute'],
  ['ť', 'tcaron'],
];
const FIRST_OWN_CODE = 0x80;

export function samplePdf(): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const kids = PAGES.map((_, index) => `${String(5 + index * 2)} 0 R`).join(' ');
  objects.push('<< /Type /Catalog /Pages 2 0 R /Lang (sk) >>');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${String(PAGES.length)} >>`);
  objects.push(font('Helvetica'));
  objects.push(font('Helvetica-Bold'));
  PAGES.forEach((page, index) => {
    objects.push(pageObject(page, 6 + index * 2));
    const content = contentOf(page, LABELS[index] ?? []);
    objects.push(`<< /Length ${String(content.length)} >>\nstream\n${content}\nendstream`);
  });
  return assemble(objects);
}

function font(name: string): string {
  const differences = OWN_GLYPHS.map(([, glyph]) => `/${glyph}`).join(' ');
  return `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [${String(FIRST_OWN_CODE)} ${differences}] >> >>`;
}

function pageObject(page: SamplePage, content: number): string {
  const crop = page.crop === undefined ? '' : `/CropBox [${page.crop.join(' ')}] `;
  return `<< /Type /Page /Parent 2 0 R /MediaBox [${page.media.join(' ')}] ${crop}/Rotate ${String(page.rotate ?? 0)} /Resources << /Font << /R 3 0 R /B 4 0 R >> >> /Contents ${String(content)} 0 R >>`;
}

function contentOf(page: SamplePage, labels: readonly (readonly [number, number, string])[]): string {
  const box = page.crop ?? page.media;
  const isTurned = page.rotate === 90;
  // Turned back by the page's own rotation, the text reads upright.
  const turn = isTurned
    ? `0 1 -1 0 ${String(box[2])} 0 cm\n`
    : `1 0 0 1 ${String(box[0])} ${String(box[1])} cm\n`;
  const height = isTurned ? box[2] - box[0] : box[3] - box[1];
  const lines = page.lines.map((line, index) => text('R', 10.5, 60, height - 124 - index * 20, line));
  const own = labels.map(([x, y, label]) => text('R', 9, x - box[0], y - box[1], label));
  return turn + [text('B', 17, 60, height - 84, page.heading), ...lines, ...own].join('\n');
}

function text(name: string, size: number, x: number, y: number, words: string): string {
  return `BT /${name} ${String(size)} Tf ${String(x)} ${String(y)} Td <${encoded(words)}> Tj ET`;
}

// WinAnsi for Slovak: what Windows-1252 has, by its code; the rest by ours.
function encoded(words: string): string {
  const windows: Readonly<Record<string, number>> = { š: 0x9a, Š: 0x8a, ž: 0x9e, Ž: 0x8e };
  return Array.from(words, (letter) => {
    const own = OWN_GLYPHS.findIndex(([known]) => known === letter);
    const code = own < 0 ? (windows[letter] ?? letter.charCodeAt(0)) : FIRST_OWN_CODE + own;
    return code.toString(16).padStart(2, '0');
  }).join('');
}

function assemble(objects: readonly string[]): Uint8Array<ArrayBuffer> {
  let body = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = body.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = String(objects.length + 1);
  body += `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${String(start)}\n%%EOF\n`;
  return Uint8Array.from(body, (letter) => letter.charCodeAt(0));
}
