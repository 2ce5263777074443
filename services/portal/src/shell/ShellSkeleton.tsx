// The frame while the session is looked up: the same places, nothing in them yet.
import { Brand } from "@/ui/Brand";
import { SkeletonRows } from "@/ui/states";
import { Panel } from "@/ui/Panel";
import { useWords } from "@/words";
import header from "./Header.module.css";
import classes from "./Shell.module.css";

export function ShellSkeleton() {
  const { t } = useWords();
  return (
    <div className={classes.shell} aria-busy="true">
      <div className={classes.sidebar}>
        <div className={classes.side}>
          <div className={classes.brand}>
            <Brand />
          </div>
        </div>
      </div>
      <div className={classes.column}>
        <div className={header.header} />
        <main className={classes.content}>
          <h1 className="visually-hidden">{t.act.loading}</h1>
          <Panel>
            <SkeletonRows rows={5} />
          </Panel>
        </main>
      </div>
    </div>
  );
}
