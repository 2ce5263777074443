// Who did what to what, from where.
import { useInfiniteQuery } from "@tanstack/react-query";
import { auditLogQuery } from "@/api/queries";
import type { AuditEntry } from "@/api/types";
import { DataTable, More, type Column } from "@/ui/DataTable";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import { told } from "@/words/told";

export function AuditLog() {
  const { t } = useWords();
  const log = useInfiniteQuery(auditLogQuery);
  const columns: Column<AuditEntry>[] = [
    { key: "act", title: t.audit.act, names: true, cell: (entry) => told(t.audit.acts, entry.act) },
    { key: "subject", title: t.audit.subject, cell: (entry) => entry.subject },
    {
      key: "actor",
      title: t.audit.actor,
      cell: (entry) => told({ operator: t.audit.operator }, entry.actor),
    },
    {
      key: "from",
      title: t.audit.from,
      cell: (entry) => (entry.from ? <code>{entry.from}</code> : <span className="dim">{"–"}</span>),
    },
    { key: "at", title: t.audit.at, align: "end", cell: (entry) => <When at={entry.at} /> },
  ];
  return (
    <>
      <PageHeader title={t.audit.title} lead={t.audit.lead} />
      <Panel flush>
        <Loaded query={log} skeleton={<SkeletonRows rows={8} />}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.items);
            if (rows.length === 0) return <Empty title={t.audit.empty} help={t.audit.emptyHelp} />;
            return (
              <>
                <DataTable label={t.audit.title} columns={columns} rows={rows} rowKey={(entry) => entry.id} />
                <More query={log} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </>
  );
}
