// The frame of the pages without a session: the card, and beside it what this is.
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { Brand } from "@/ui/Brand";
import { CheckIcon } from "@/ui/icons";
import { LANGUAGES, useWords, type Language } from "@/words";
import classes from "./AccountFrame.module.css";

interface AccountFrameProps {
  title: string;
  lead?: ReactNode;
  icon?: ReactNode;
  children?: ReactNode;
  /** The line under the card: the other way in. */
  below?: ReactNode;
}

export function AccountFrame({ title, lead, icon, children, below }: AccountFrameProps) {
  const { t, language, speak } = useWords();
  return (
    <div className={classes.frame}>
      <aside className={classes.pitch}>
        <p className={classes.claim}>{t.auth.pitch}</p>
        <ul>
          {t.auth.pitchPoints.map((point) => (
            <li key={point}>
              <CheckIcon />
              {point}
            </li>
          ))}
        </ul>
        <svg className={classes.stroke} viewBox="0 0 420 160" aria-hidden="true">
          <path d="M8 118c44 6 62-96 98-96 34 0 6 92 44 92 30 0 32-58 58-58 24 0 2 50 32 50 24 0 24-34 46-34 18 0 6 28 28 28 20 0 30-16 98-20" />
        </svg>
      </aside>
      <div className={classes.side}>
        <header className={classes.top}>
          <Brand />
        </header>
        <main className={classes.main}>
          <div className={classes.card}>
            {icon ? <div className={classes.icon}>{icon}</div> : null}
            <h1 className={classes.title}>{title}</h1>
            {lead ? <p className={classes.lead}>{lead}</p> : null}
            {children ? <div className={classes.body}>{children}</div> : null}
          </div>
          {below ? <p className={classes.below}>{below}</p> : null}
        </main>
        <footer className={classes.languages}>
          {(Object.entries(LANGUAGES) as [Language, string][]).map(([code, name]) => (
            <UnstyledButton
              key={code}
              lang={code}
              className={classes.language}
              aria-pressed={language === code}
              onClick={() => void speak(code)}
            >
              {name}
            </UnstyledButton>
          ))}
        </footer>
      </div>
    </div>
  );
}
