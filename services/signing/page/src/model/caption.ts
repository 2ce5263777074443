// Writes the line under a signature: who and when, by the sender's pattern where there is one.

/** `dd.MM.yyyy HH:mm` and its like; letters between quotes stand for themselves. */
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
    s: String(at.getSeconds()),
    a: at.getHours() < 12 ? 'AM' : 'PM',
  };
  return pattern.replace(/'([^']*)'|yyyy|yy|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|a/g, (found, quoted?: string) =>
    quoted === undefined ? (parts[found] ?? found) : quoted === '' ? "'" : quoted,
  );
}

export function captionOf(name: string, pattern: string, at: Date, lang: string): string {
  const date =
    pattern === ''
      ? new Intl.DateTimeFormat(lang, { day: '2-digit', month: '2-digit', year: 'numeric' }).format(at)
      : formatDate(pattern, at);
  return name === '' ? date : `${name} · ${date}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
