// How many signature requests are left, how long they last, and what lapses next.
import { Skeleton } from "@mantine/core";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { usageQuery } from "@/api/queries";
import type { BalanceView, Mode } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { Loaded, SkeletonRows } from "@/ui/states";
import { useWords } from "@/words";
import { committed, lastsDays, nextToLapse, usedToday } from "./forecast";
import classes from "./Home.module.css";

const YEAR_DAYS = 365;

export function BalancePanel({ mode, balance }: { mode: Mode; balance: UseQueryResult<BalanceView> }) {
  const { t } = useWords();
  return (
    <Panel className={classes.balance}>
      <h2 className={classes.label}>{mode === "test" ? t.home.leftTest : t.home.left}</h2>
      <Loaded query={balance} skeleton={<BalanceSkeleton />}>
        {(data) => <Balance balance={data} mode={mode} />}
      </Loaded>
    </Panel>
  );
}

function Balance({ balance, mode }: { balance: BalanceView; mode: Mode }) {
  const { t, format } = useWords();
  const { available, held } = balance;
  const used = mode === "test" ? usedToday(balance) : committed(balance);
  const shares = [
    { key: "available", units: available, className: classes.barAvailable, label: t.home.available },
    { key: "held", units: held, className: classes.barHeld, label: t.home.held, help: t.home.heldHelp },
    {
      key: "used",
      units: used,
      className: classes.dotUsed,
      label: mode === "test" ? t.home.usedToday : t.home.used,
    },
  ];
  return (
    <>
      <div className={classes.big}>{format.number(available)}</div>
      <div
        className={classes.bar}
        role="img"
        aria-label={t.home.balanceBar(format.number(available), format.number(held), format.number(used))}
      >
        <span className={classes.barAvailable} style={{ flexGrow: available }} />
        {held > 0 ? <span className={classes.barHeld} style={{ flexGrow: held, minWidth: 4 }} /> : null}
        {used > 0 ? <span style={{ flexGrow: used }} /> : null}
      </div>
      <ul className={classes.legend}>
        {shares.map((share) => (
          <li key={share.key} title={share.help}>
            <span className={`${classes.dot} ${share.className ?? ""}`} aria-hidden="true" />
            <span>
              <b>{format.number(share.units)}</b> <span className="dim">{share.label}</span>
            </span>
          </li>
        ))}
      </ul>
      <dl className={classes.facts}>
        {mode === "live" ? (
          <>
            <Lasts available={available} mode={mode} />
            <Lapses balance={balance} />
          </>
        ) : (
          <Fact name={t.home.refill}>{t.home.refillTest}</Fact>
        )}
      </dl>
    </>
  );
}

function Lasts({ available, mode }: { available: number; mode: Mode }) {
  const { t, format } = useWords();
  const usage = useQuery(usageQuery(mode)).data;
  const days = usage && lastsDays(available, usage);
  const text = !usage
    ? "…"
    : days === undefined
      ? t.home.lastsUnknown
      : days > YEAR_DAYS
        ? t.home.lastsYears
        : t.home.lastsDays(format, days);
  return (
    <Fact name={t.home.lasts}>
      {days === undefined ? <span className="dim">{text}</span> : <b>{text}</b>}
    </Fact>
  );
}

function Lapses({ balance }: { balance: BalanceView }) {
  const { t, format } = useWords();
  const next = nextToLapse(balance.lots);
  return (
    <Fact name={t.home.lapse}>
      {next ? (
        <>
          <b>{format.number(next.available)}</b> {t.home.lapseOn(format.date(next.expiresAt))}
        </>
      ) : (
        <span className="dim">{t.home.lapseNone}</span>
      )}
    </Fact>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function BalanceSkeleton() {
  return (
    <>
      <Skeleton height={32} width={130} mt={9} mb={21} radius="md" />
      <Skeleton height={10} radius="xl" mb={30} />
      <SkeletonRows rows={3} height={32} />
    </>
  );
}
