// One link for each state: the filter is part of the address.
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { REQUEST_STATES } from "@/api/narrow";
import type { RequestState } from "@/api/types";
import { useWords } from "@/words";
import classes from "./StateFilter.module.css";

export function StateFilter({ state }: { state: RequestState | undefined }) {
  const { t } = useWords();
  const row = useRef<HTMLElement>(null);

  // On a phone the row is wider than the screen: the chosen state must not hide beyond its edge.
  useEffect(() => {
    row.current?.querySelector("[data-on]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [state]);

  return (
    <nav ref={row} aria-label={t.requests.filter} className={classes.filter}>
      {[undefined, ...REQUEST_STATES].map((value) => (
        <Link
          key={value ?? "all"}
          to="/requests"
          search={{ state: value }}
          className={classes.state}
          data-on={value === state || undefined}
          aria-current={value === state ? "page" : undefined}
          activeProps={{}}
          resetScroll={false}
        >
          {value ? t.state[value] : t.requests.any}
        </Link>
      ))}
    </nav>
  );
}
