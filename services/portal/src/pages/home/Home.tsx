// Where a tenant stands: what is left to set up, then balance, use, latest requests, exactness.
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { balanceQuery, meQuery } from "@/api/queries";
import { useMode } from "@/useMode";
import { PageHeader } from "@/ui/PageHeader";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";
import { BalancePanel } from "./BalancePanel";
import { ExactnessPanel } from "./ExactnessPanel";
import classes from "./Home.module.css";
import { LatestPanel } from "./LatestPanel";
import { SetUp } from "./SetUp";
import { wasSetUp } from "./setUpMemory";
import { UsagePanel } from "./UsagePanel";

export function Home() {
  const { t } = useWords();
  const mode = useMode();
  const me = useSuspenseQuery(meQuery).data;
  const balance = useQuery(balanceQuery(mode));
  // Before the activation the live world is empty by nature: the checklist says all there is to say.
  const hasNumbers = mode === "test" || me.tenant.apiState !== "inactive";
  return (
    <>
      <PageHeader title={t.home.title}>
        {mode === "live" ? <ButtonLink to="/billing">{t.home.buy}</ButtonLink> : null}
      </PageHeader>
      {wasSetUp(me.tenant.id) ? null : <SetUp me={me} />}
      {hasNumbers ? (
        <div className={classes.grid}>
          <BalancePanel mode={mode} balance={balance} />
          <UsagePanel mode={mode} />
          <LatestPanel mode={mode} />
          <ExactnessPanel balance={balance} />
        </div>
      ) : null}
    </>
  );
}
