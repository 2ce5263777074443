// What readers that are not ours say of a signed file: poppler's pdfsig, pyHanko, qpdf.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Verdict {
  /** `pdfsig`: for each signature, whether it is valid and its certificate trusted. */
  readonly poppler: { valid: boolean; trusted: boolean }[];
  /** pyHanko: for each signature, trusted, intact, and how far it covers the file. */
  readonly pyhanko: string[];
  readonly qpdf: string;
}

/** Asks all three, with our root as the only trusted one. */
export function judge(file: Buffer, root: Buffer): Verdict {
  const folder = mkdtempSync(path.join(tmpdir(), 'okd-oracles-'));
  const pdf = path.join(folder, 'signed.pdf');
  const certificate = path.join(folder, 'root.crt');
  writeFileSync(pdf, file);
  writeFileSync(certificate, root);
  return {
    poppler: askPoppler(folder, pdf, certificate),
    pyhanko: askPyhanko(pdf, certificate),
    qpdf: askQpdf(pdf),
  };
}

function askPoppler(folder: string, pdf: string, certificate: string): Verdict['poppler'] {
  const nss = path.join(folder, 'nss');
  execFileSync('mkdir', ['-p', nss]);
  execFileSync('certutil', ['-N', '--empty-password', '-d', nss]);
  execFileSync('certutil', ['-A', '-n', 'root', '-t', 'CT,C,C', '-i', certificate, '-d', nss]);
  const said = spawnSync('pdfsig', ['-nssdir', nss, pdf], { encoding: 'utf8' }).stdout;
  return said
    .split(/^Signature #/m)
    .slice(1)
    .map((part) => ({
      valid: part.includes('Signature Validation: Signature is Valid.'),
      trusted: part.includes('Certificate Validation: Certificate is Trusted.'),
    }));
}

const PYHANKO_SCRIPT = `
import sys
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
root = load_cert_from_pemder(sys.argv[2])
reader = PdfFileReader(open(sys.argv[1], 'rb'))
for signature in reader.embedded_signatures:
    try:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root], allow_fetching=False))
        level = getattr(status.modification_level, 'name', 'NONE')
        word = 'trusted' if status.trusted else 'untrusted'
        whole = 'intact' if status.intact and status.valid else 'broken'
        print(word, whole, status.coverage.name, level)
    except Exception as fault:
        print('untrusted', 'broken', type(fault).__name__, '-')
`;

function askPyhanko(pdf: string, certificate: string): string[] {
  const python =
    process.env['OKD_PYHANKO'] ??
    path.join(process.env['HOME'] ?? '', '.cache/okdokument/tools/pyhanko/bin/python');
  const run = spawnSync(python, ['-c', PYHANKO_SCRIPT, pdf, certificate], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`pyHanko: ${run.stderr}`);
  return run.stdout.trim().split('\n');
}

function askQpdf(pdf: string): string {
  const run = spawnSync('qpdf', ['--check', pdf], { encoding: 'utf8' });
  return run.status === 0 ? 'clean' : `${run.stdout}${run.stderr}`;
}
