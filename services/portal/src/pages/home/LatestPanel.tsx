// The five latest requests.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { latestRequestsQuery } from "@/api/queries";
import type { Mode, SignatureRequestView } from "@/api/types";
import { DataTable, type Column } from "@/ui/DataTable";
import { Panel } from "@/ui/Panel";
import { StateBadge } from "@/ui/StateBadge";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";
import classes from "./Home.module.css";

export function LatestPanel({ mode }: { mode: Mode }) {
  const { t } = useWords();
  const latest = useQuery(latestRequestsQuery(mode));
  const columns: Column<SignatureRequestView>[] = [
    { key: "document", title: t.requests.document, names: true, cell: (row) => row.filename },
    { key: "state", title: t.requests.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: "registered",
      title: t.requests.registered,
      align: "end",
      cell: (row) => (
        <span className="dim">
          <When at={row.registeredAt} as="ago" />
        </span>
      ),
    },
  ];
  return (
    <Panel
      className={classes.latest}
      title={t.home.latest}
      aside={
        <Link to="/requests" className="link">
          {t.home.all}
        </Link>
      }
    >
      <Loaded query={latest} skeleton={<SkeletonRows rows={5} />}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t.requests.empty} help={t.requests.emptyHelp}>
              <ButtonLink to="/developers" variant="default">
                {t.requests.quickStart}
              </ButtonLink>
            </Empty>
          ) : (
            <DataTable
              label={t.home.latest}
              columns={columns}
              rows={rows}
              rowKey={(row) => row.signatureRequestId}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
