// Test or Live. Two links, because the mode is part of the address.
import { Link } from "@tanstack/react-router";
import type { Mode } from "@/api/types";
import { useWords } from "@/words";
import classes from "./ModeSwitch.module.css";

export function ModeSwitch({ mode }: { mode: Mode }) {
  const { t } = useWords();
  const modes: [Mode, string][] = [
    ["test", t.app.test],
    ["live", t.app.live],
  ];
  return (
    <div className={classes.switch} role="group" aria-label={t.app.mode}>
      {modes.map(([value, name]) => (
        <Link
          key={value}
          to="."
          search={(search) => ({ ...search, mode: value })}
          className={classes.mode}
          data-on={mode === value || undefined}
          data-value={value}
          aria-current={mode === value ? "true" : undefined}
          activeProps={{}}
          resetScroll={false}
        >
          {name}
        </Link>
      ))}
    </div>
  );
}
