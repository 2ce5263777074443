// Finds the words of one language. Dictionaries are loaded one at a time: a signer reads one.
import type { Dictionary, Key } from './keys.ts';
import type { Lang } from './lang.ts';

type Values = Readonly<Record<string, string | number>>;

const LOADERS: Readonly<Record<Lang, () => Promise<{ default: Dictionary }>>> = {
  sk: () => import('./sk.ts'),
  cs: () => import('./cs.ts'),
  en: () => import('./en.ts'),
  ro: () => import('./ro.ts'),
  uk: () => import('./uk.ts'),
  pl: () => import('./pl.ts'),
  pt: () => import('./pt.ts'),
  hu: () => import('./hu.ts'),
};

export class Words {
  readonly lang: Lang;
  readonly #dictionary: Dictionary;

  constructor(lang: Lang, dictionary: Dictionary) {
    this.lang = lang;
    this.#dictionary = dictionary;
  }

  say(key: Key, values: Values = {}): string {
    return this.#dictionary[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
  }

  pages(n: number): string {
    const form = new Intl.PluralRules(this.lang).select(n);
    const known = form === 'one' || form === 'few' || form === 'many' ? form : 'other';
    return this.say(`pages.${known}`, { n });
  }
}

export async function loadWords(lang: Lang): Promise<Words> {
  return new Words(lang, (await LOADERS[lang]()).default);
}
