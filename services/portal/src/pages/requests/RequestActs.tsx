// What can be done with one request: copy the signer's link, download the PDF.
import { ActionIcon, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { downloadDocument } from "@/api/documents";
import { problemOf } from "@/api/problem";
import type { Mode, SignatureRequestView } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { errorText } from "@/ui/errorText";
import { DownloadIcon } from "@/ui/icons";
import { useWords } from "@/words";
import classes from "./RequestActs.module.css";

/** A link that opens something: it leads nowhere once the request has ended. */
const OPENS: readonly SignatureRequestView["state"][] = ["waiting", "opened"];

export function RequestActs({ request, mode }: { request: SignatureRequestView; mode: Mode }) {
  const { t } = useWords();
  const download = useMutation({
    mutationFn: () => downloadDocument(request, mode),
    onError: (error) => {
      const problem = problemOf(error);
      notifications.show({
        color: "red",
        title: t.requests.downloadFailed,
        message: [errorText(t, problem), problem.requestId].filter(Boolean).join(" · "),
      });
    },
  });
  const label = `${t.requests.download}: ${request.filename}`;
  return (
    <div className={classes.acts}>
      {OPENS.includes(request.state) ? (
        <CopyButton value={request.url} label={`${t.requests.copyLink}: ${request.filename}`} />
      ) : null}
      {request.state === "deleted" ? null : (
        <Tooltip label={label}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={label}
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            <DownloadIcon />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}
