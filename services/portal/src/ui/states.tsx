// The three states beside "full": nothing there, not there yet, could not be had.
import { Button, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { problemOf } from "@/api/problem";
import { useWords } from "@/words";
import { CopyButton } from "./CopyButton";
import { errorText } from "./errorText";
import { AlertIcon } from "./icons";
import classes from "./states.module.css";

export function Empty({ title, help, children }: { title: string; help?: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <p className={classes.emptyTitle}>{title}</p>
      {help ? <p className={classes.emptyHelp}>{help}</p> : null}
      {children ? <div className={classes.emptyActs}>{children}</div> : null}
    </div>
  );
}

/** What happened, how to mend it, and the id to send us. */
export function Failure({ error, title, retry }: { error: unknown; title?: string; retry?: () => void }) {
  const { t } = useWords();
  const problem = problemOf(error);
  return (
    <div className={classes.failure} role="alert">
      <AlertIcon />
      <div className={classes.failureText}>
        <p className={classes.failureTitle}>{title ?? t.error.title}</p>
        <p>{errorText(t, problem)}</p>
        {problem.requestId ? (
          <p className={classes.requestId}>
            {t.error.requestId} <code>{problem.requestId}</code>
            <CopyButton value={problem.requestId} label={t.error.copyRequestId} />
          </p>
        ) : null}
        {retry ? (
          <Button variant="default" size="xs" mt={8} onClick={retry}>
            {t.act.retry}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

interface Loadable<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** Old data stays on the page while newer is fetched, or when that fails: a number is better than a hole. */
export function Loaded<T>(props: {
  query: Loadable<T>;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { t } = useWords();
  const { query, skeleton, children } = props;
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <div aria-busy="true">
      <span className="visually-hidden">{t.act.loading}</span>
      {skeleton}
    </div>
  );
}

/** Lines of the height that the real ones will have. */
export function SkeletonRows({ rows, height = 41 }: { rows: number; height?: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={classes.skeletonRow} style={{ height }}>
          <Skeleton height={12} width={`${62 - ((row * 17) % 30)}%`} radius="xl" />
          <Skeleton height={12} width={64} radius="xl" />
        </div>
      ))}
    </div>
  );
}
