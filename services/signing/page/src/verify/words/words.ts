// Finds the words of one language. Dictionaries are loaded one at a time: a reader needs one.
import { guessLang, type Lang } from '../../i18n/lang.ts';
import type { Dictionary, Key } from './en.ts';

const LOADERS: Readonly<Record<Lang, () => Promise<Dictionary>>> = {
  sk: async () => (await import('./sk.ts')).sk,
  cs: async () => (await import('./cs.ts')).cs,
  en: async () => (await import('./en.ts')).en,
  ro: async () => (await import('./ro.ts')).ro,
  uk: async () => (await import('./uk.ts')).uk,
  pl: async () => (await import('./pl.ts')).pl,
  pt: async () => (await import('./pt.ts')).pt,
  hu: async () => (await import('./hu.ts')).hu,
};

export interface Words {
  readonly lang: Lang;
  say(key: Key, values?: Readonly<Record<string, string | number>>): string;
}

/** The language that the address asks for (`?lang=sk`), else the browser's. */
export async function loadWords(search: string, wishes: readonly string[]): Promise<Words> {
  const asked = new URLSearchParams(search).get('lang');
  const lang = guessLang(asked === null ? wishes : [asked, ...wishes]);
  const dictionary = await LOADERS[lang]();
  return {
    lang,
    say: (key, values = {}) =>
      dictionary[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
  };
}
