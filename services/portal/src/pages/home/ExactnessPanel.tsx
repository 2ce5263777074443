// The promise in numbers: nothing sold twice, nothing drifted, and a sum that anyone can redo.
import { Skeleton } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { BalanceView } from "@/api/types";
import { AlertIcon, CheckIcon } from "@/ui/icons";
import { Panel } from "@/ui/Panel";
import { Loaded, SkeletonRows } from "@/ui/states";
import { useWords } from "@/words";
import { ledgerSum } from "./forecast";
import classes from "./Home.module.css";

export function ExactnessPanel({ balance }: { balance: UseQueryResult<BalanceView> }) {
  const { t } = useWords();
  return (
    <Panel
      className={classes.exactness}
      title={t.home.exactness}
      lead={
        balance.data ? (
          <Checked at={balance.data.checkedAt} />
        ) : balance.error ? undefined : (
          <span>{"\u00a0"}</span>
        )
      }
    >
      <Loaded query={balance} skeleton={<ExactnessSkeleton />}>
        {(data) => <Exactness balance={data} />}
      </Loaded>
    </Panel>
  );
}

function Exactness({ balance }: { balance: BalanceView }) {
  const { t, format } = useWords();
  const numbers = [
    { name: t.home.overSold, units: balance.overSold },
    { name: t.home.drift, units: balance.drift },
  ];
  const bad = numbers.some((number) => number.units !== 0);
  return (
    <>
      <dl className={classes.numbers}>
        {numbers.map((number) => (
          <div key={number.name} data-bad={number.units !== 0 || undefined}>
            <dt>{number.name}</dt>
            <dd>{format.number(number.units)}</dd>
          </div>
        ))}
      </dl>
      {bad ? <p className={classes.sum}>{t.home.exactnessBad}</p> : null}
      <Sum balance={balance} />
      <p className={classes.sum}>
        <span className="dim">{t.home.everyUnit}</span>{" "}
        <Link to="/billing/ledger" className="link">
          {t.home.ledgerEntry}
        </Link>
        {"."}
      </p>
    </>
  );
}

/** "2,500 bought = 1,284 available + 3 held + 1,213 used", added up again in the reader's own browser. */
function Sum({ balance }: { balance: BalanceView }) {
  const { t } = useWords();
  const { terms, holds } = ledgerSum(balance);
  const sources = [
    { name: t.home.bought, units: balance.purchased },
    { name: t.home.granted, units: balance.granted },
  ].filter((source, index) => source.units !== 0 || (index === 0 && balance.granted === 0));
  return (
    <p className={classes.sum}>
      {sources.map((source, index) => (
        <Term key={source.name} sign={index > 0 ? "+" : ""} units={source.units} name={source.name} />
      ))}
      {terms.map((term, index) => (
        <Term key={term.name} sign={index > 0 ? "+" : "="} units={term.units} name={t.home[term.name]} />
      ))}
      <span className={classes.verdict} data-bad={!holds || undefined}>
        {holds ? <CheckIcon size={15} /> : <AlertIcon size={15} />}
        {holds ? t.home.sumHolds : t.home.sumBreaks}
      </span>
    </p>
  );
}

/** A number stays on one line with its sign and its name. */
function Term({ sign, units, name }: { sign: string; units: number; name: string }) {
  const { format } = useWords();
  return (
    <>
      <span className={classes.term}>
        {sign ? `${sign} ` : ""}
        <b>{format.number(units)}</b> <span className="dim">{name}</span>
      </span>{" "}
    </>
  );
}

const TICK_MS = 1_000;

function Checked({ at }: { at: number | null | undefined }) {
  const { t, format } = useWords();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (typeof at !== "number") return t.home.exactnessNever;
  return <span title={format.utc(at)}>{t.home.exactnessChecked(format.ago(Math.min(at, now), now))}</span>;
}

function ExactnessSkeleton() {
  return (
    <>
      <div className={classes.numbers}>
        <Skeleton height={56} width={72} radius="md" />
        <Skeleton height={56} width={72} radius="md" />
      </div>
      <SkeletonRows rows={1} height={44} />
    </>
  );
}
