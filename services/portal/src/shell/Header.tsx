// Whose portal this is, which mode it shows, and who is signed in.
import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { configQuery } from "@/api/queries";
import type { Me, Mode } from "@/api/types";
import { Badge } from "@/ui/StateBadge";
import { useWords } from "@/words";
import { AccountMenu } from "./AccountMenu";
import classes from "./Header.module.css";
import { ModeSwitch } from "./ModeSwitch";

export function Header({ me, mode, openMenu }: { me: Me; mode: Mode; openMenu: () => void }) {
  const { t } = useWords();
  const docsUrl = useQuery(configQuery).data?.docsUrl;
  return (
    <header className={classes.header}>
      <ActionIcon
        className={classes.burger}
        variant="subtle"
        color="gray"
        size={40}
        aria-label={t.app.menu}
        aria-haspopup="dialog"
        onClick={openMenu}
      >
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          <path
            d="M3 5.500h14M3 10h14M3 14.500h14"
            stroke="currentColor"
            strokeWidth="1.800"
            strokeLinecap="round"
          />
        </svg>
      </ActionIcon>
      <span className={classes.tenant}>{me.tenant.name}</span>
      <span className={classes.badges}>
        {me.tenant.apiState === "suspended" ? <Badge tone="bad">{t.app.suspended}</Badge> : null}
        {mode === "test" ? <Badge tone="test">{t.app.testData}</Badge> : null}
      </span>
      <div className={classes.tools}>
        <ModeSwitch mode={mode} />
        {/* Its place is kept while the address is asked for: the switch beside it must not move. */}
        <a
          className={classes.docs}
          href={docsUrl}
          target="_blank"
          rel="noreferrer"
          aria-label={t.app.docsNewTab}
          hidden={!docsUrl}
        >
          {t.app.docs}
        </a>
        <AccountMenu me={me} />
      </div>
    </header>
  );
}
