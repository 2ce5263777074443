import { describe, expect, it } from 'vitest';
import { guessLang, LANGS, toLang } from '../src/i18n/lang.ts';
import { loadWords } from '../src/i18n/words.ts';
import cs from '../src/i18n/cs.ts';
import en from '../src/i18n/en.ts';
import hu from '../src/i18n/hu.ts';
import pl from '../src/i18n/pl.ts';
import pt from '../src/i18n/pt.ts';
import ro from '../src/i18n/ro.ts';
import sk from '../src/i18n/sk.ts';
import uk from '../src/i18n/uk.ts';

const ALL: Readonly<Record<string, Readonly<Record<string, string>>>> = { cs, en, hu, pl, pt, ro, sk, uk };

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([found]) => found);

describe.each(LANGS)('the dictionary %s', (lang) => {
  const dictionary = ALL[lang] ?? {};

  it('has every text, none of them empty', () => {
    expect(Object.keys(dictionary).sort()).toEqual(Object.keys(en).sort());
    expect(Object.entries(dictionary).filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('uses the same values as the English one', () => {
    for (const [key, text] of Object.entries(en)) {
      const [own, english] = [dictionary[key] ?? '', text].map((each) => [...new Set(placeholders(each))]);
      expect(own?.sort(), key).toEqual(english?.sort());
    }
  });

  it('is translated', () => {
    if (lang === 'en') return;
    const same = Object.entries(en).filter(([key, text]) => dictionary[key] === text);
    expect(same).toEqual([]);
  });
});

it('counts pages as each language does', async () => {
  const said = async (lang: 'sk' | 'pl' | 'uk' | 'ro', n: number): Promise<string> =>
    (await loadWords(lang)).pages(n);
  expect(await Promise.all([1, 3, 5].map((n) => said('sk', n)))).toEqual(['1 strana', '3 strany', '5 strán']);
  expect(await Promise.all([2, 5, 22].map((n) => said('pl', n)))).toEqual([
    '2 strony',
    '5 stron',
    '22 strony',
  ]);
  expect(await said('uk', 11)).toBe('11 сторінок');
  expect(await said('ro', 25)).toBe('25 de pagini');
});

it('puts values into a text, and only those it was given', async () => {
  const words = await loadWords('en');
  expect(words.say('progress.done', { done: 2, total: 3 })).toBe('2 of 3 done');
  expect(words.say('header.asks', { tenant: '{done}' })).toBe('{done} asks you to sign');
});

it('finds the signer a language before the server has said one', () => {
  expect(toLang('pt-BR')).toBe('pt');
  expect(toLang('de')).toBeUndefined();
  expect(guessLang(['de-AT', 'hu', 'en'])).toBe('hu');
  expect(guessLang(['de'])).toBe('en');
});
