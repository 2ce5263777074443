// What is owed, why, and what ends it. Nothing is shown where nothing is owed.
import { useQuery } from "@tanstack/react-query";
import { balanceQuery } from "@/api/queries";
import { Notice } from "@/ui/Notice";
import { useMode } from "@/useMode";
import { useWords } from "@/words";
import classes from "./Billing.module.css";

export function Debt() {
  const { t, format } = useWords();
  const balance = useQuery(balanceQuery(useMode()));
  if (!balance.data || balance.data.debt <= 0) return null;
  const { debt, debtBlocks, purchasePaysDebt } = balance.data;
  return (
    <div className={classes.debt}>
      <Notice tone="warn" title={t.billing.debtTitle(t.plural.requests(format, debt))}>
        {t.billing.debtHelp} {debtBlocks ? t.billing.debtBlocks : t.billing.debtBlocksNot}{" "}
        {purchasePaysDebt ? t.billing.debtPaidByPurchase : debtBlocks ? t.billing.debtAsk : null}
      </Notice>
    </div>
  );
}
