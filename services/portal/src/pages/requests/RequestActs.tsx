// What can be done with one request: copy the signer's link, download the PDF, see what happened.
import { ActionIcon, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { downloadDocument } from "@/api/documents";
import type { Mode, SignatureRequestView } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { ClockIcon, DownloadIcon } from "@/ui/icons";
import { useWords } from "@/words";
import { History } from "./History";
import classes from "./RequestActs.module.css";
import { useDownloadFailed } from "./useDownloadFailed";

/** A link that opens something: it leads nowhere once the request has ended. */
const OPENS: readonly SignatureRequestView["state"][] = ["waiting", "opened"];

export function RequestActs({ request, mode }: { request: SignatureRequestView; mode: Mode }) {
  const { t } = useWords();
  const [tellsHistory, setTellsHistory] = useState(false);
  const onError = useDownloadFailed();
  const download = useMutation({ mutationFn: () => downloadDocument(request, mode), onError });
  const label = `${t.requests.download}: ${request.filename}`;
  const history = `${t.requests.history}: ${request.filename}`;
  return (
    <div className={classes.acts}>
      {OPENS.includes(request.state) ? (
        <CopyButton value={request.url} label={`${t.requests.copyLink}: ${request.filename}`} />
      ) : null}
      <Tooltip label={history}>
        <ActionIcon variant="subtle" color="gray" aria-label={history} onClick={() => setTellsHistory(true)}>
          <ClockIcon />
        </ActionIcon>
      </Tooltip>
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
      {tellsHistory ? <History request={request} mode={mode} onClose={() => setTellsHistory(false)} /> : null}
    </div>
  );
}
