// Numbers, money, days and times, told the way of the reader's language and the tenant's zone.
import type { MoneyView } from "@/api/types";

export type Language = "en" | "sk" | "cs";

/** The BCP 47 tag behind each language: English as written in Europe, day before month, 24 hours. */
const LOCALES: Record<Language, string> = { en: "en-GB", sk: "sk-SK", cs: "cs-CZ" };

export type PluralForms = { one: string; few?: string; many?: string; other: string };

export type Format = ReturnType<typeof makeFormat>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function makeFormat(language: Language, zone: string) {
  const locale = LOCALES[language];
  const timeZone = knownZone(zone);
  const number = new Intl.NumberFormat(locale);
  const signed = new Intl.NumberFormat(locale, { signDisplay: "exceptZero" });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone });
  const utc = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
  // A usage day is a calendar day without a zone: it must not slide when the reader sits in another one.
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const plurals = new Intl.PluralRules(locale);

  return {
    zone: timeZone,
    number: (value: number) => number.format(value),
    /** With a real minus: the hyphen that some locales put there is narrower than a plus. */
    signed: (value: number) => signed.format(value).replace("-", "−"),
    percent: (share: number) => percent.format(share),
    money: (value: MoneyView) => formatMoney(locale, value, 1),
    /** For a price tag: "€49", but "€49.50". */
    price: (value: MoneyView) => formatMoney(locale, value, 1, "stripIfInteger"),
    /** The price of one unit out of `units`; whole minor units where they are exact, else four digits. */
    moneyPer: (value: MoneyView, units: number) => formatMoney(locale, value, units),
    dateTime: (at: number) => dateTime.format(at),
    date: (at: number) => date.format(at),
    day: (isoDay: string) => day.format(Date.parse(`${isoDay}T00:00:00Z`)),
    utc: (at: number) => `${utc.format(at)} UTC`,
    /** "12 seconds ago": the largest unit that leaves a whole number. */
    ago: (at: number, now: number) => {
      const ms = at - now;
      const size = Math.abs(ms);
      if (size < MINUTE_MS) return relative.format(Math.round(ms / 1000), "second");
      if (size < HOUR_MS) return relative.format(Math.round(ms / MINUTE_MS), "minute");
      if (size < DAY_MS) return relative.format(Math.round(ms / HOUR_MS), "hour");
      return relative.format(Math.round(ms / DAY_MS), "day");
    },
    plural: (count: number, forms: PluralForms) =>
      (forms[plurals.select(count) as keyof PluralForms] ?? forms.other).replace("#", number.format(count)),
  };
}

function formatMoney(
  locale: string,
  { minor, currency }: MoneyView,
  units: number,
  trailingZeroDisplay: "auto" | "stripIfInteger" = "auto",
): string {
  const digits =
    new Intl.NumberFormat(locale, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ??
    2;
  const exact = minor % units === 0;
  return new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: exact ? digits : digits + 2,
    trailingZeroDisplay,
  }).format(minor / units / 10 ** digits);
}

/** A zone this browser does not know must not blank the page; UTC says what it is. */
function knownZone(zone: string): string {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return zone;
  } catch {
    return "UTC";
  }
}
