// Every signature request of the mode, newest first, by state.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { requestsQuery } from "@/api/queries";
import type { RequestState, SignatureRequestView } from "@/api/types";
import { useMode } from "@/useMode";
import { DataTable, More, type Column } from "@/ui/DataTable";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { shortId } from "@/ui/shortId";
import { StateBadge } from "@/ui/StateBadge";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { When } from "@/ui/When";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";
import { DocumentCell } from "./DocumentCell";
import { RequestActs } from "./RequestActs";
import classes from "./Requests.module.css";
import { SealingNote } from "./SealingNote";
import { StateFilter } from "./StateFilter";

export function Requests() {
  const { t } = useWords();
  const mode = useMode();
  const { state } = useSearch({ from: "/shell/requests" });
  const requests = useInfiniteQuery(requestsQuery(mode, state));
  const columns: Column<SignatureRequestView>[] = [
    {
      key: "document",
      title: t.requests.document,
      names: true,
      cell: (row) => <DocumentCell request={row} mode={mode} />,
    },
    {
      key: "state",
      title: t.requests.state,
      cell: (row) => (
        <>
          <StateBadge state={row.state} />
          {row.cancelReason ? <div className={classes.reason}>{row.cancelReason}</div> : null}
          <SealingNote request={row} />
        </>
      ),
    },
    { key: "registered", title: t.requests.registered, cell: (row) => <When at={row.registeredAt} /> },
    {
      key: "signed",
      title: t.requests.signed,
      cell: (row) => (row.signedAt ? <When at={row.signedAt} /> : <span className="dim">{"–"}</span>),
    },
    {
      key: "charge",
      title: t.requests.charge,
      cell: (row) => <code title={row.chargeId}>{shortId(row.chargeId)}</code>,
    },
    {
      key: "acts",
      title: t.act.actions(""),
      align: "end",
      acts: true,
      cell: (row) => <RequestActs request={row} mode={mode} />,
    },
  ];
  return (
    <>
      <PageHeader title={t.requests.title} lead={t.requests.lead} />
      <StateFilter state={state} />
      <Panel flush>
        <Loaded query={requests} skeleton={<SkeletonRows rows={8} height={45} />}>
          {({ pages }) => {
            const rows = pages.flatMap((page) => page.items);
            if (rows.length === 0) return <NoRequests state={state} />;
            return (
              <>
                <DataTable
                  label={t.requests.title}
                  columns={columns}
                  rows={rows}
                  rowKey={(row) => row.signatureRequestId}
                />
                <More query={requests} />
              </>
            );
          }}
        </Loaded>
      </Panel>
    </>
  );
}

function NoRequests({ state }: { state: RequestState | undefined }) {
  const { t } = useWords();
  if (state)
    return (
      <Empty title={t.requests.emptyFilter} help={t.requests.emptyFilterHelp}>
        <ButtonLink to="/requests" search={{ state: undefined }} variant="default">
          {t.requests.showAll}
        </ButtonLink>
      </Empty>
    );
  return (
    <Empty title={t.requests.empty} help={t.requests.emptyHelp}>
      <ButtonLink to="/developers">{t.requests.quickStart}</ButtonLink>
    </Empty>
  );
}
