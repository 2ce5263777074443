// The page's one h1, its sentence and its acts; also names the browser tab.
import { useEffect, type ReactNode } from "react";
import { useWords } from "@/words";
import classes from "./PageHeader.module.css";

interface PageHeaderProps {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
}

export function PageHeader({ title, lead, children }: PageHeaderProps) {
  useTitle(title);
  return (
    <header className={classes.header}>
      <div>
        <h1 className={classes.title}>{title}</h1>
        {lead ? <p className={classes.lead}>{lead}</p> : null}
      </div>
      {children ? <div className={classes.acts}>{children}</div> : null}
    </header>
  );
}

export function useTitle(title: string) {
  const { t } = useWords();
  useEffect(() => {
    document.title = `${title} · ${t.app.name}`;
  }, [title, t]);
}
