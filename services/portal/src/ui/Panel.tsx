// The white card that everything on a page sits on.
import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface PanelProps {
  title?: ReactNode;
  lead?: ReactNode;
  aside?: ReactNode;
  /** For a panel that only holds a table: its rows run to the edge on phones. */
  flush?: boolean;
  className?: string | undefined;
  children: ReactNode;
}

export function Panel({ title, lead, aside, flush, className, children }: PanelProps) {
  return (
    <section className={`${classes.panel} ${flush ? classes.flush : ""} ${className ?? ""}`}>
      {title || aside ? (
        <div className={classes.head}>
          <div>
            {title ? <h2 className={classes.title}>{title}</h2> : null}
            {lead ? <div className={classes.lead}>{lead}</div> : null}
          </div>
          {aside ? <div className={classes.aside}>{aside}</div> : null}
        </div>
      ) : null}
      {children}
    </section>
  );
}
