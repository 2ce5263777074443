// The words of the page: which language, which zone, and a dictionary that tsc holds complete.
import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import en from "./en";
import { makeFormat, type Format, type Language } from "./format";

export type { Format, Language } from "./format";

/** Texts may differ, shape may not: a language without a key of the English one does not compile. */
type Same<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { [K in keyof T]: Same<T[K]> };
export type Dictionary = Same<typeof en>;

export const LANGUAGES: Record<Language, string> = { en: "English", sk: "Slovenčina", cs: "Čeština" };

/** English is the source and comes with the page; the others are fetched by those who read them. */
const load: Record<Language, () => Promise<Dictionary>> = {
  en: () => Promise.resolve(en),
  sk: async () => (await import("./sk")).default,
  cs: async () => (await import("./cs")).default,
};

const STORED_AS = "okd-language";

const isLanguage = (value: string | null | undefined): value is Language =>
  value === "en" || value === "sk" || value === "cs";

/** The reader's own choice, else the browser's first language that we speak, else English. */
export function preferredLanguage(): Language {
  const stored = readStored();
  if (isLanguage(stored)) return stored;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return spoken.find(isLanguage) ?? "en";
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORED_AS);
  } catch {
    // A browser that forbids storage asks again on each visit; nothing else depends on it.
    return null;
  }
}

interface Words {
  t: Dictionary;
  format: Format;
  language: Language;
  speak: (language: Language) => Promise<void>;
  setZone: (zone: string) => void;
}

const WordsContext = createContext<Words | undefined>(undefined);

export interface Spoken {
  language: Language;
  t: Dictionary;
}

export async function loadWords(language: Language): Promise<Spoken> {
  return { language, t: await load[language]() };
}

/** Times are the browser's until the tenant is known, then the tenant's. */
export function WordsProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [spoken, setSpoken] = useState(first);
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const words = useMemo<Words>(
    () => ({
      ...spoken,
      format: makeFormat(spoken.language, zone),
      setZone,
      speak: async (language) => {
        const next = await loadWords(language);
        document.documentElement.lang = language;
        try {
          localStorage.setItem(STORED_AS, language);
        } catch {
          // Chosen for this visit only.
        }
        setSpoken(next);
      },
    }),
    [spoken, zone],
  );
  return <WordsContext.Provider value={words}>{children}</WordsContext.Provider>;
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("useWords outside of WordsProvider");
  return words;
}
