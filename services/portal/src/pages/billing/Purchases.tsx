// What was bought or tried to be bought, each with the state it is really in.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { purchasesQuery } from "@/api/queries";
import type { PurchaseView } from "@/api/types";
import { DataTable, type Column } from "@/ui/DataTable";
import { Panel } from "@/ui/Panel";
import { StateBadge } from "@/ui/StateBadge";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { useWords } from "@/words";

export function Purchases() {
  const { t, format } = useWords();
  const purchases = useQuery(purchasesQuery);
  const columns: Column<PurchaseView>[] = [
    {
      key: "units",
      title: t.billing.units,
      names: true,
      cell: (row) => t.plural.requests(format, row.units),
    },
    { key: "price", title: t.billing.price, align: "end", cell: (row) => format.money(row.price) },
    { key: "state", title: t.billing.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: "started", title: t.billing.bought, cell: (row) => <When at={row.createdAt} /> },
    {
      key: "paid",
      title: t.billing.paidAt,
      cell: (row) => (row.paidAt ? <When at={row.paidAt} /> : <span className="dim">{"–"}</span>),
    },
    {
      key: "see",
      title: t.act.actions(t.billing.purchase),
      align: "end",
      acts: true,
      cell: (row) => (
        <Link
          to="/billing/return"
          search={{ purchase: row.id }}
          className="link"
          aria-label={`${t.billing.see}: ${t.plural.requests(format, row.units)}, ${format.dateTime(row.createdAt)}`}
        >
          {t.billing.see}
        </Link>
      ),
    },
  ];
  return (
    <Panel title={t.billing.purchases}>
      <Loaded query={purchases} skeleton={<SkeletonRows rows={3} />}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t.billing.purchasesEmpty} help={t.billing.purchasesEmptyHelp} />
          ) : (
            <DataTable label={t.billing.purchases} columns={columns} rows={rows} rowKey={(row) => row.id} />
          )
        }
      </Loaded>
    </Panel>
  );
}
