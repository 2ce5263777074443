// The lots behind the balance: what is left in each, and when it lapses.
import { useQuery } from "@tanstack/react-query";
import { balanceQuery } from "@/api/queries";
import type { LotView } from "@/api/types";
import { DataTable, type Column } from "@/ui/DataTable";
import { Panel } from "@/ui/Panel";
import { shortId } from "@/ui/shortId";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { useMode } from "@/useMode";
import { useWords } from "@/words";

export function Lots() {
  const { t, format } = useWords();
  const mode = useMode();
  const balance = useQuery(balanceQuery(mode));
  const kinds: Record<LotView["kind"], string> = {
    purchase: t.billing.kindPurchase,
    trial: t.billing.kindTrial,
    test: t.billing.kindTest,
    grant: t.billing.kindGrant,
  };
  const columns: Column<LotView>[] = [
    { key: "kind", title: t.billing.kind, names: true, cell: (lot) => kinds[lot.kind] ?? lot.kind },
    {
      key: "left",
      title: t.billing.left,
      align: "end",
      cell: (lot) => (
        <>
          <b>{format.number(lot.available)}</b>{" "}
          <span className="dim">{t.billing.ofUnits(format.number(lot.units))}</span>
        </>
      ),
    },
    { key: "opened", title: t.billing.opened, cell: (lot) => <When at={lot.createdAt} as="date" /> },
    {
      key: "expires",
      title: t.billing.expires,
      cell: (lot) =>
        lot.expiresAt ? (
          <When at={lot.expiresAt} as={lot.kind === "test" ? "dateTime" : "date"} />
        ) : (
          <span className="dim">{t.billing.expiresNever}</span>
        ),
    },
    { key: "id", title: t.billing.lot, cell: (lot) => <code title={lot.id}>{shortId(lot.id)}</code> },
  ];
  return (
    <Panel title={t.billing.lots} lead={t.billing.lotsHelp}>
      <Loaded query={balance} skeleton={<SkeletonRows rows={3} />}>
        {({ lots }) =>
          lots.length === 0 ? (
            <Empty
              title={t.billing.lotsEmpty}
              help={mode === "test" ? t.billing.lotsEmptyTest : t.billing.lotsEmptyHelp}
            />
          ) : (
            <DataTable label={t.billing.lots} columns={columns} rows={lots} rowKey={(lot) => lot.id} />
          )
        }
      </Loaded>
    </Panel>
  );
}
