// A moment: told in the tenant's zone, with UTC for those who compare logs.
import { useEffect, useState } from "react";
import { useWords } from "@/words";

interface WhenProps {
  at: number;
  as?: "ago" | "date" | "dateTime";
}

export function When({ at, as = "dateTime" }: WhenProps) {
  const { format } = useWords();
  const now = useNow(as === "ago");
  const text = as === "ago" ? format.ago(at, now) : as === "date" ? format.date(at) : format.dateTime(at);
  const full = as === "dateTime" ? "" : `${format.dateTime(at)} (${format.zone})\n`;
  return (
    <time dateTime={new Date(at).toISOString()} title={`${full}${format.utc(at)}`}>
      {text}
    </time>
  );
}

const TICK_MS = 10_000;

/** The time, again every ten seconds, so that "12 seconds ago" does not grow stale. */
function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
