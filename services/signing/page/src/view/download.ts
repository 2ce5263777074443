// Hands a file to the browser to be kept.
import { titleOf } from './header.ts';

export function download(file: Blob, filename: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = /\.pdf$/i.test(filename) ? filename : `${titleOf(filename)}.pdf`;
  link.click();
  window.setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
}
