import { expect, it } from 'vitest';
import { captionOf, formatDate, sealCaption } from '../src/model/caption.ts';

const AT = new Date(2026, 10, 4, 14, 5, 9);

it('writes the date by the sender’s pattern', () => {
  expect(formatDate('dd.MM.yyyy HH:mm', AT)).toBe('04.11.2026 14:05');
  expect(formatDate('d/M/yy h:mm:ss a', AT)).toBe('4/11/26 2:05:09 PM');
  expect(formatDate("yyyy-MM-dd'T'HH'h'", AT)).toBe('2026-11-04T14h');
  expect(formatDate("HH 'o''clock'", AT)).toBe('14 oclock');
});

it('says who and when, and only when where nobody is named', () => {
  expect(captionOf('Jozef Novák', 'dd.MM.yyyy', AT, 'sk')).toBe('Jozef Novák · 04.11.2026');
  expect(captionOf('', 'dd.MM.yyyy', AT, 'sk')).toBe('04.11.2026');
  expect(captionOf('', '', AT, 'en')).toBe('04/11/2026');
});

it('foretells the caption of the seal: the date only where the sender asked for it', () => {
  expect(sealCaption('Jozef Novák', '', AT)).toBe('Jozef Novák');
  expect(sealCaption('Jozef Novák', 'dd.MM.yyyy', AT)).toBe('Jozef Novák · 04.11.2026');
  expect(sealCaption('', '', AT)).toBe('');
});
