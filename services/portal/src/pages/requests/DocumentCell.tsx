// What a request is about: its name and its first page, which opens larger.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PAGE_WIDTH, pictureQuery, THUMBNAIL_WIDTH } from "@/api/pictures";
import type { Mode, SignatureRequestView } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { useWords } from "@/words";
import classes from "./DocumentCell.module.css";
import { PagePicture } from "./PagePicture";
import { SealingNote } from "./SealingNote";

interface DocumentCellProps {
  request: SignatureRequestView;
  mode: Mode;
}

export function DocumentCell({ request, mode }: DocumentCellProps) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  if (request.state === "deleted") return <>{request.filename}</>;
  return (
    <div className={classes.cell}>
      <button
        type="button"
        className={classes.thumbnail}
        aria-label={`${t.requests.lookAt}: ${request.filename}`}
        onClick={() => setOpen(true)}
      >
        <PagePicture request={request} mode={mode} page={1} width={THUMBNAIL_WIDTH} alt="" />
      </button>
      <span className={classes.name}>{request.filename}</span>
      {isOpen ? <Pages request={request} mode={mode} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}

function Pages({ request, mode, onClose }: DocumentCellProps & { onClose: () => void }) {
  const { t } = useWords();
  const [page, setPage] = useState(1);
  // The last page is known once the next one is refused.
  const next = useQuery(pictureQuery({ request, mode, page: page + 1, width: PAGE_WIDTH }));
  return (
    <Dialog title={request.filename} onClose={onClose} size={720}>
      <div className={classes.note}>
        <SealingNote request={request} />
      </div>
      <PagePicture
        request={request}
        mode={mode}
        page={page}
        width={PAGE_WIDTH}
        alt={t.requests.page(page)}
        missing={t.requests.pageMissing}
      />
      <div className={classes.pager}>
        <Button variant="default" disabled={page === 1} onClick={() => setPage(page - 1)}>
          {t.requests.pageBefore}
        </Button>
        <span aria-live="polite">{t.requests.page(page)}</span>
        <Button variant="default" disabled={!next.isSuccess} onClick={() => setPage(page + 1)}>
          {t.requests.pageAfter}
        </Button>
      </div>
    </Dialog>
  );
}
