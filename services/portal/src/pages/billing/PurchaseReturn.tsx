// Where Checkout sends the buyer back. It tells what the purchase is, never what the way back suggests.
import { Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { problemOf } from "@/api/problem";
import { balanceQuery, purchaseQuery } from "@/api/queries";
import type { PurchaseView } from "@/api/types";
import { ButtonLink } from "@/ui/ButtonLink";
import { AlertIcon, CheckIcon, ClockIcon, CrossIcon } from "@/ui/icons";
import { useTitle } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { Failure } from "@/ui/states";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import classes from "./Billing.module.css";
import { isSettled, pollAfterMs, PATIENCE_MS } from "./polling";

export function PurchaseReturn() {
  const { t } = useWords();
  const { purchase: id } = useSearch({ from: "/shell/billing/return" });
  useTitle(t.purchase.title);
  // An empty id would ask for the list.
  return id ? <Purchase key={id} id={id} /> : <Unknown />;
}

function Purchase({ id }: { id: string }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const purchase = useQuery({
    ...purchaseQuery(id),
    staleTime: 0,
    refetchInterval: ({ state }) =>
      pollAfterMs(state.data?.state, state.dataUpdateCount + state.errorUpdateCount),
  });
  const state = purchase.data?.state;
  const long = useLongWait(state === "pending");

  useEffect(() => {
    if (!state || !isSettled(state)) return;
    void queryClient.invalidateQueries({ queryKey: ["balance"] });
    void queryClient.invalidateQueries({ queryKey: ["purchases"], exact: true });
  }, [state, queryClient]);

  if (purchase.error && problemOf(purchase.error).status === 404) return <Unknown />;
  if (!purchase.data)
    return purchase.error ? (
      <Verdict
        tone="wait"
        icon={<ClockIcon size={26} />}
        title={t.purchase.unclear}
        help={t.purchase.unclearHelp}
      >
        <Failure error={purchase.error} retry={() => void purchase.refetch()} />
      </Verdict>
    ) : (
      <Panel className={classes.return}>
        <h1 className="visually-hidden">{t.purchase.title}</h1>
        <Skeleton circle height={56} mb={20} />
        <Skeleton height={22} width={220} mb={12} radius="md" />
        <Skeleton height={46} width="80%" mb={40} radius="md" />
        <Skeleton height={110} radius="md" />
      </Panel>
    );
  return <Known purchase={purchase.data} long={long} />;
}

function Known({ purchase, long }: { purchase: PurchaseView; long: boolean }) {
  const { t, format } = useWords();
  const units = t.plural.requests(format, purchase.units);
  const again = <ButtonLink to="/billing">{t.purchase.again}</ButtonLink>;
  const toBilling = (
    <ButtonLink to="/billing" variant="default">
      {t.purchase.toBilling}
    </ButtonLink>
  );
  // No default branch: a new state must choose its words.
  const verdicts: Record<PurchaseView["state"], VerdictProps> = {
    pending: {
      tone: "wait",
      icon: <ClockIcon size={26} />,
      title: t.purchase.pending,
      help: long ? t.purchase.pendingLong : t.purchase.pendingHelp,
      acts: toBilling,
    },
    paid: {
      tone: "good",
      icon: <CheckIcon size={28} />,
      title: t.purchase.paid,
      help: t.purchase.paidHelp(units),
      acts: (
        <ButtonLink to="/" search={{ mode: "live" }}>
          {t.purchase.toHome}
        </ButtonLink>
      ),
    },
    failed: {
      tone: "bad",
      icon: <CrossIcon size={26} />,
      title: t.purchase.failed,
      help: t.purchase.failedHelp,
      acts: again,
    },
    expired: {
      tone: "warn",
      icon: <ClockIcon size={26} />,
      title: t.purchase.expired,
      help: t.purchase.expiredHelp,
      acts: again,
    },
    needs_review: {
      tone: "warn",
      icon: <AlertIcon size={26} />,
      title: t.purchase.needsReview,
      help: t.purchase.needsReviewHelp,
      acts: toBilling,
    },
  };
  return (
    <Verdict {...verdicts[purchase.state]}>
      <dl className={classes.receipt}>
        <Line name={t.purchase.units}>{format.number(purchase.units)}</Line>
        <Line name={t.purchase.price}>{format.money(purchase.price)}</Line>
        <Line name={t.purchase.started}>
          <When at={purchase.createdAt} />
        </Line>
        {purchase.paidAt ? (
          <Line name={t.purchase.paidAt}>
            <When at={purchase.paidAt} />
          </Line>
        ) : null}
        {purchase.state === "paid" ? <BalanceNow /> : null}
        <Line name={t.purchase.id}>
          <code>{purchase.id}</code>
        </Line>
      </dl>
    </Verdict>
  );
}

function BalanceNow() {
  const { t, format } = useWords();
  const balance = useQuery(balanceQuery("live")).data;
  return (
    <Line name={t.purchase.balanceNow}>{balance ? <b>{format.number(balance.available)}</b> : "…"}</Line>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Unknown() {
  const { t } = useWords();
  return (
    <Verdict
      tone="warn"
      icon={<AlertIcon size={26} />}
      title={t.purchase.unknown}
      help={t.purchase.unknownHelp}
      acts={<ButtonLink to="/billing">{t.purchase.toBilling}</ButtonLink>}
    />
  );
}

interface VerdictProps {
  tone: "good" | "wait" | "warn" | "bad";
  icon: ReactNode;
  title: string;
  help: string;
  acts?: ReactNode;
  children?: ReactNode;
}

function Verdict({ tone, icon, title, help, acts, children }: VerdictProps) {
  return (
    <Panel className={classes.return}>
      <div className={classes.mark} data-tone={tone}>
        {icon}
      </div>
      <div role="status">
        <h1 className={classes.returnTitle}>{title}</h1>
        <p className={classes.returnHelp}>{help}</p>
      </div>
      {children}
      {acts}
    </Panel>
  );
}

function useLongWait(waiting: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return long && waiting;
}
