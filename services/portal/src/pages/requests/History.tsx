// What happened to one document, oldest first, with the sealed page and the file as it was sent.
import { Button, Group, Text, Timeline } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { downloadAuditPage, downloadOriginal } from "@/api/documents";
import { documentAuditQuery } from "@/api/queries";
import type { AuditEvent, AuditRecord, Mode, SignatureRequestView } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import { told } from "@/words/told";
import { useDownloadFailed } from "./useDownloadFailed";

interface HistoryProps {
  request: SignatureRequestView;
  mode: Mode;
  onClose: () => void;
}

export function History({ request, mode, onClose }: HistoryProps) {
  const { t } = useWords();
  const record = useQuery(documentAuditQuery(mode, request.documentId));
  return (
    <Dialog title={t.requests.history} onClose={onClose} size={560}>
      <Loaded query={record} skeleton={<SkeletonRows rows={4} height={52} />}>
        {(found) => (
          <>
            <Text size="sm" c="dimmed" mb="md">
              {found.filename}
            </Text>
            <Files request={request} mode={mode} record={found} />
            <Timeline bulletSize={10} lineWidth={2} active={found.events.length}>
              {found.events.map((event) => (
                <Timeline.Item key={event.id} title={told(t.requests.acts, event.fact.act)}>
                  <Text size="sm" c="dimmed">
                    <When at={event.at} />
                  </Text>
                  {details(event).map((line) => (
                    <Text key={line} size="sm" style={{ overflowWrap: "anywhere" }}>
                      {line}
                    </Text>
                  ))}
                </Timeline.Item>
              ))}
            </Timeline>
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

/** The page exists once a round has ended, the original as long as the document. */
function Files({
  request,
  mode,
  record,
}: {
  request: SignatureRequestView;
  mode: Mode;
  record: AuditRecord;
}) {
  const { t } = useWords();
  const onError = useDownloadFailed();
  const page = useMutation({ mutationFn: () => downloadAuditPage(request, mode), onError });
  const sentAs = record.events.flatMap(({ fact }) => (fact.act === "uploaded" ? [fact.filename] : []))[0];
  const original = useMutation({
    mutationFn: () => downloadOriginal(request, mode, sentAs ?? record.filename),
    onError,
  });
  const did = (...acts: string[]) => record.events.some(({ fact }) => acts.includes(fact.act));
  return (
    <Group gap="xs" mb="lg">
      {did("sealed", "canceled") ? (
        <Button variant="default" size="xs" loading={page.isPending} onClick={() => page.mutate()}>
          {t.requests.auditPage}
        </Button>
      ) : null}
      {did("deleted") ? null : (
        <Button variant="default" size="xs" loading={original.isPending} onClick={() => original.mutate()}>
          {t.requests.original}
        </Button>
      )}
    </Group>
  );
}

/** What needs no words: names, addresses, devices. */
function details({ actor, fact }: AuditEvent): string[] {
  const lines: (string | null | undefined)[] = [];
  if (fact.act === "submitted") lines.push(fact.signerName);
  if (fact.act === "canceled") lines.push(fact.reason);
  if (fact.act === "uploaded") lines.push(fact.filename);
  if (actor.kind === "key") lines.push([actor.key, actor.address].filter(Boolean).join(" · "));
  if (actor.kind === "signer") {
    const { browser, system } = actor.device;
    lines.push([actor.address, browser, system, actor.zone].filter(Boolean).join(" · "));
  }
  return lines.filter((line): line is string => Boolean(line));
}
