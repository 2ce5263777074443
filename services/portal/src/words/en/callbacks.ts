// English: callbacks.
import type { Format } from "../format";

export const callbacks = {
  title: "Callbacks",
  lead: "What we told your system about ended requests, and how it took it.",
  secret: "Signing secret",
  secretHelp:
    "Check with it that a callback is from us. One secret for test and live; keep it on your server.",
  reveal: "Reveal",
  hide: "Hide",
  deliveries: "Deliveries",
  filter: "Show which",
  all: "All",
  delivery: { waiting: "waiting", taken: "taken", givenUp: "given up" },
  what: "What it tells",
  to: "To",
  fate: "How it fares",
  made: "Made",
  tries: (f: Format, n: number) => f.plural(n, { one: "# try", other: "# tries" }),
  nextTry: "Next try",
  copyId: "Copy the webhook-id",
  resend: "Send again",
  resent: "It is on its way, under the same webhook-id.",
  empty: "No callback yet",
  emptyHelp: "Give a request a sendInfoURL: when it is signed or declined, the callback shows here.",
  emptyFilter: "No such callback",
};
