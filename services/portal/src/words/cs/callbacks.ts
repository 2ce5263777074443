// Czech: callbacks.
import type { Dictionary } from "..";

export const callbacks: Dictionary["callbacks"] = {
  title: "Callbacky",
  lead: "Co jsme oznámili vašemu systému o skončených požadavcích a jak to přijal.",
  secret: "Podpisové tajemství",
  secretHelp: "Ověříte jím, že callback je od nás. Jedno pro test i ostrý provoz; patří jen na váš server.",
  reveal: "Zobrazit",
  hide: "Skrýt",
  deliveries: "Doručení",
  filter: "Které zobrazit",
  all: "Všechny",
  delivery: { waiting: "čeká", taken: "přijatý", givenUp: "vzdali jsme to" },
  what: "Co oznamuje",
  to: "Kam",
  fate: "Jak se daří",
  made: "Vznikl",
  tries: (f, n) => f.plural(n, { one: "# pokus", few: "# pokusy", other: "# pokusů" }),
  nextTry: "Další pokus",
  copyId: "Kopírovat webhook-id",
  resend: "Poslat znovu",
  resent: "Je na cestě, pod stejným webhook-id.",
  empty: "Zatím žádný callback",
  emptyHelp: "Dejte požadavku sendInfoURL: až ho podepíšou nebo odmítnou, callback se ukáže zde.",
  emptyFilter: "Žádný takový callback",
};
