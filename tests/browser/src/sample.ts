// A one-page contract, written out with a cross-reference table that is right to the byte.

const LINES: [number, number, string][] = [
  [22, 770, 'Leasing contract 2291'],
  [11, 735, 'The lessor leaves the vehicle to the lessee for 36 months.'],
  [11, 717, 'The lessee pays 290 EUR on the first day of each month.'],
  [11, 699, 'Both sides sign below.'],
];

export function samplePdf(): Buffer {
  const text = LINES.map(
    ([size, y, line]) => `BT /F1 ${String(size)} Tf 72 ${String(y)} Td (${line}) Tj ET`,
  ).join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${String(text.length)} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let file = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = file.length;
  file += `xref\n0 ${String(objects.length + 1)}\n0000000000 65535 f \n`;
  file += offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `trailer\n<< /Size ${String(objects.length + 1)} /Root 1 0 R >>\nstartxref\n${String(table)}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
