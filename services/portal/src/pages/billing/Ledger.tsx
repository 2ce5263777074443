// Every entry of the ledger, newest first.
import { useInfiniteQuery } from "@tanstack/react-query";
import { ledgerQuery } from "@/api/queries";
import type { LedgerEntryView } from "@/api/types";
import { DataTable, More, type Column } from "@/ui/DataTable";
import { Panel } from "@/ui/Panel";
import { shortId } from "@/ui/shortId";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { useMode } from "@/useMode";
import { useWords } from "@/words";
import { told } from "@/words/told";
import classes from "./Billing.module.css";

export function Ledger() {
  const { t, format } = useWords();
  const mode = useMode();
  const ledger = useInfiniteQuery(ledgerQuery(mode));
  const columns: Column<LedgerEntryView>[] = [
    { key: "at", title: t.billing.at, names: true, cell: (entry) => <When at={entry.at} /> },
    { key: "kind", title: t.billing.entry, cell: (entry) => told(t.billing.kinds, entry.kind) },
    { key: "account", title: t.billing.account, cell: (entry) => told(t.billing.accounts, entry.account) },
    {
      key: "units",
      title: t.billing.units,
      align: "end",
      cell: (entry) => (
        <span className={entry.units > 0 ? classes.plus : undefined}>{format.signed(entry.units)}</span>
      ),
    },
    {
      key: "lot",
      title: t.billing.lot,
      cell: (entry) => <code title={entry.lotId}>{shortId(entry.lotId)}</code>,
    },
    {
      key: "reference",
      title: t.billing.reference,
      cell: (entry) => {
        const reference = entry.chargeId ?? entry.purchaseId;
        return reference ? (
          <code title={reference}>{shortId(reference)}</code>
        ) : (
          <span className="dim">{"–"}</span>
        );
      },
    },
  ];
  return (
    <Panel title={t.billing.ledger} lead={t.billing.ledgerHelp}>
      <Loaded query={ledger} skeleton={<SkeletonRows rows={8} />}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length === 0)
            return <Empty title={t.billing.ledgerEmpty} help={t.billing.ledgerEmptyHelp} />;
          return (
            <>
              <DataTable
                label={t.billing.ledger}
                columns={columns}
                rows={rows}
                rowKey={(entry) => entry.id}
              />
              <More query={ledger} />
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}
