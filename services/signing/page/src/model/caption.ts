// Writes the line under a signature: who and when, by the sender's pattern where there is one.

/** `dd.MM.yyyy HH:mm` and its like, as the server writes it; letters between quotes stand for themselves. */
export function formatDate(pattern: string, at: Date): string {
  const parts: Readonly<Record<string, string>> = {
    yyyy: String(at.getFullYear()),
    yy: pad(at.getFullYear() % 100),
    MM: pad(at.getMonth() + 1),
    M: String(at.getMonth() + 1),
    dd: pad(at.getDate()),
    d: String(at.getDate()),
    HH: pad(at.getHours()),
    H: String(at.getHours()),
    hh: pad(at.getHours() % 12 || 12),
    h: String(at.getHours() % 12 || 12),
    mm: pad(at.getMinutes()),
    m: String(at.getMinutes()),
    ss: pad(at.getSeconds()),
    a: at.getHours() < 12 ? 'AM' : 'PM',
  };
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (run, quoted?: string) => {
    if (quoted !== undefined) return quoted === '' ? "'" : quoted;
    return parts[run] ?? run;
  });
}

/** English is read all over Europe here: day before month. */
const DATE_LOCALES: Readonly<Record<string, string>> = { en: 'en-GB', pt: 'pt-PT' };

/** What the pad shows below its line: who signs, and today. */
export function captionOf(name: string, pattern: string, at: Date, lang: string): string {
  const day = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
  const date =
    pattern === ''
      ? new Intl.DateTimeFormat(DATE_LOCALES[lang] ?? lang, day).format(at)
      : formatDate(pattern, at);
  return joined(name, date);
}

/** What the seal prints under the signature: the name where there is one, the date where the sender asked for it. */
export function sealCaption(name: string, pattern: string, at: Date): string {
  return joined(name, pattern === '' ? '' : formatDate(pattern, at));
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
