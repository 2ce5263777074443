// Slovak: callbacks.
import type { Dictionary } from "..";

export const callbacks: Dictionary["callbacks"] = {
  title: "Callbacky",
  lead: "Čo sme oznámili vášmu systému o skončených požiadavkách a ako to prijal.",
  secret: "Podpisové tajomstvo",
  secretHelp:
    "Overíte ním, že callback je od nás. Jedno pre test aj ostrú prevádzku; patrí len na váš server.",
  reveal: "Zobraziť",
  hide: "Skryť",
  deliveries: "Doručenia",
  filter: "Ktoré zobraziť",
  all: "Všetky",
  delivery: { waiting: "čaká", taken: "prijatý", givenUp: "vzdali sme to" },
  what: "Čo oznamuje",
  to: "Kam",
  fate: "Ako sa darí",
  made: "Vznikol",
  tries: (f, n) => f.plural(n, { one: "# pokus", few: "# pokusy", other: "# pokusov" }),
  nextTry: "Ďalší pokus",
  copyId: "Kopírovať webhook-id",
  resend: "Poslať znova",
  resent: "Je na ceste, pod tým istým webhook-id.",
  empty: "Zatiaľ žiadny callback",
  emptyHelp: "Dajte požiadavke sendInfoURL: keď ju podpíšu alebo odmietnu, callback sa ukáže tu.",
  emptyFilter: "Žiadny taký callback",
};
