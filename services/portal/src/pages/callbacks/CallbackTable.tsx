// One row a callback: what it tells, where it goes, how it fares, and the way to send it again.
import { Button, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { signingApi } from "@/api/client";
import { answerOf, problemOf } from "@/api/problem";
import type { CallbackView, Delivery, Mode } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { DataTable, type Column } from "@/ui/DataTable";
import { errorText } from "@/ui/errorText";
import { Badge } from "@/ui/StateBadge";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import { told } from "@/words/told";
import classes from "./Callbacks.module.css";

const TONES: Record<Delivery, "good" | "accent" | "bad"> = {
  taken: "good",
  waiting: "accent",
  givenUp: "bad",
};

interface CallbackTableProps {
  callbacks: CallbackView[];
  mode: Mode;
  mayTend: boolean;
}

export function CallbackTable({ callbacks, mode, mayTend }: CallbackTableProps) {
  const { t } = useWords();
  const columns: Column<CallbackView>[] = [
    {
      key: "what",
      title: t.callbacks.what,
      names: true,
      cell: (callback) => (
        <>
          <div>{told(t.state, callback.state)}</div>
          <code className={classes.under}>{callback.signatureRequestId}</code>
        </>
      ),
    },
    {
      key: "to",
      title: t.callbacks.to,
      cell: (callback) => <span className={`mono ${classes.url}`}>{callback.url ?? "–"}</span>,
    },
    { key: "fate", title: t.callbacks.fate, cell: (callback) => <Fate callback={callback} /> },
    { key: "made", title: t.callbacks.made, cell: (callback) => <When at={callback.madeAt} /> },
    {
      key: "acts",
      title: t.act.actions(""),
      align: "end",
      acts: true,
      cell: (callback) => <Acts callback={callback} mode={mode} mayTend={mayTend} />,
    },
  ];
  return (
    <DataTable label={t.callbacks.deliveries} columns={columns} rows={callbacks} rowKey={({ id }) => id} />
  );
}

function Fate({ callback }: { callback: CallbackView }) {
  const { t, format } = useWords();
  return (
    <>
      <Badge tone={TONES[callback.delivery]}>{t.callbacks.delivery[callback.delivery]}</Badge>
      {callback.tries === undefined ? null : (
        <div className={classes.under}>{t.callbacks.tries(format, callback.tries)}</div>
      )}
      {callback.lastError && callback.delivery !== "taken" ? (
        <div className={classes.under}>{callback.lastError}</div>
      ) : null}
      {callback.nextTryAt ? (
        <div className={classes.under}>
          {t.callbacks.nextTry} <When at={callback.nextTryAt} />
        </div>
      ) : null}
    </>
  );
}

function Acts({ callback, mode, mayTend }: { callback: CallbackView; mode: Mode; mayTend: boolean }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const resend = useMutation({
    mutationFn: () =>
      answerOf(
        signingApi.POST("/api/signing/callbacks/{id}/resend", {
          params: { path: { id: callback.id }, query: { mode } },
        }),
      ),
    onSuccess: async () => {
      notifications.show({ message: t.callbacks.resent });
      await queryClient.invalidateQueries({ queryKey: ["callbacks", mode] });
    },
    onError: (error) =>
      notifications.show({
        color: "red",
        title: t.callbacks.resend,
        message: errorText(t, problemOf(error)),
      }),
  });
  return (
    <div className={classes.acts}>
      <CopyButton value={callback.id} label={`${t.callbacks.copyId}: ${callback.id}`} />
      <Tooltip label={t.error.forbidden} disabled={mayTend}>
        <Button
          variant="default"
          size="xs"
          data-disabled={mayTend ? undefined : true}
          aria-disabled={!mayTend}
          aria-label={`${t.callbacks.resend}: ${callback.id}`}
          loading={resend.isPending}
          onClick={() => (mayTend ? resend.mutate() : undefined)}
        >
          {t.callbacks.resend}
        </Button>
      </Tooltip>
    </div>
  );
}
