// A state in a word and a colour; the word alone is enough.
import { useWords } from "@/words";
import classes from "./StateBadge.module.css";

type State = keyof ReturnType<typeof useWords>["t"]["state"];
type Tone = "good" | "accent" | "quiet" | "warn" | "bad";

/** Every state of every thing the portal shows; a new one must choose its colour. */
const TONES: Record<State, Tone> = {
  waiting: "quiet",
  opened: "accent",
  sealing: "accent",
  signed: "good",
  canceled: "quiet",
  expired: "quiet",
  deleted: "quiet",
  callback_failing: "warn",
  active: "good",
  expiring: "warn",
  revoked: "bad",
  pending: "accent",
  paid: "good",
  failed: "bad",
  needs_review: "warn",
};

export function StateBadge({ state }: { state: State }) {
  const { t } = useWords();
  return <Badge tone={TONES[state] ?? "quiet"}>{t.state[state] ?? state}</Badge>;
}

export function Badge({ tone, children }: { tone: Tone | "test"; children: string }) {
  return <span className={`${classes.badge} ${classes[tone] ?? ""}`}>{children}</span>;
}
