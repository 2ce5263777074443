// The frame of billing: three parts, each with its own address.
import { Link, Outlet } from "@tanstack/react-router";
import { PageHeader } from "@/ui/PageHeader";
import { useWords } from "@/words";
import classes from "./Billing.module.css";
import { Debt } from "./Debt";

export function Billing() {
  const { t } = useWords();
  const tabs = [
    { to: "/billing", name: t.billing.tabBuy },
    { to: "/billing/lots", name: t.billing.tabLots },
    { to: "/billing/ledger", name: t.billing.tabLedger },
  ] as const;
  return (
    <>
      <PageHeader title={t.billing.title} />
      <nav aria-label={t.billing.tabs} className={classes.tabs}>
        {tabs.map((tab) => (
          <Link
            key={tab.to}
            to={tab.to}
            className={classes.tab}
            activeOptions={{ exact: true, includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
          >
            {tab.name}
          </Link>
        ))}
      </nav>
      <Debt />
      <Outlet />
    </>
  );
}
