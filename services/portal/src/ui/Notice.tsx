// A calm sentence with a reason to read it.
import type { ReactNode } from "react";
import { InfoIcon } from "./icons";
import classes from "./Notice.module.css";

interface NoticeProps {
  tone?: "info" | "good" | "warn" | "test";
  title?: string;
  icon?: ReactNode;
  children?: ReactNode;
  acts?: ReactNode;
}

export function Notice({ tone = "info", title, icon, children, acts }: NoticeProps) {
  return (
    <div className={`${classes.notice} ${classes[tone] ?? ""}`}>
      <span className={classes.icon}>{icon ?? <InfoIcon />}</span>
      <div className={classes.text}>
        {title ? <strong>{title}</strong> : null}
        {children ? <div>{children}</div> : null}
      </div>
      {acts ? <div className={classes.acts}>{acts}</div> : null}
    </div>
  );
}
