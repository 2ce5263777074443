// The languages of the signing page.

export const LANGS = ['sk', 'cs', 'en', 'ro', 'uk', 'pl', 'pt', 'hu'] as const;

export type Lang = (typeof LANGS)[number];

/** The language of a tag such as `pt-BR`, where we speak it. */
export function toLang(tag: string): Lang | undefined {
  const primary = tag.toLowerCase().split('-')[0];
  return LANGS.find((lang) => lang === primary);
}

/** Before the server has said the signer's language, the browser's wishes count; English for all others. */
export function guessLang(wishes: readonly string[]): Lang {
  for (const wish of wishes) {
    const lang = toLang(wish);
    if (lang !== undefined) return lang;
  }
  return 'en';
}
