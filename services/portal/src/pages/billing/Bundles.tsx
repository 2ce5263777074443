// Buys signature requests, and lists what was bought.
import { Button, Skeleton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { billingApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import { bundlesQuery, purchaseQuery } from "@/api/queries";
import type { BundleView } from "@/api/types";
import { ButtonLink } from "@/ui/ButtonLink";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import { Failure, Loaded } from "@/ui/states";
import { useMode } from "@/useMode";
import { useWords } from "@/words";
import classes from "./Billing.module.css";
import { Purchases } from "./Purchases";

export function Bundles() {
  const { t } = useWords();
  const mode = useMode();
  const { canceled } = useSearch({ from: "/shell/billing/" });
  return (
    <div className={classes.stack}>
      {canceled ? <LeftCheckout id={canceled} /> : null}
      {mode === "test" ? (
        <Notice
          tone="test"
          title={t.billing.liveOnly}
          acts={
            <ButtonLink to="/billing" search={{ mode: "live" }} variant="default" size="xs">
              {t.billing.toLive}
            </ButtonLink>
          }
        >
          {t.billing.liveOnlyHelp}
        </Notice>
      ) : (
        <Shop />
      )}
      <Purchases />
    </div>
  );
}

function Shop() {
  const { t } = useWords();
  const bundles = useQuery(bundlesQuery);
  const queryClient = useQueryClient();
  const buy = useMutation({
    mutationFn: (bundleId: string) =>
      answerOf(billingApi.POST("/api/billing/purchases", { body: { bundleId } })),
    onSuccess: ({ checkoutUrl }) => {
      void queryClient.invalidateQueries({ queryKey: ["purchases"] });
      location.assign(checkoutUrl);
    },
  });
  return (
    <Panel title={t.billing.bundles} lead={t.billing.bundlesHelp}>
      {buy.error ? (
        <div style={{ marginBottom: 16 }}>
          <Failure error={buy.error} title={t.billing.buyFailed} />
        </div>
      ) : null}
      <Loaded query={bundles} skeleton={<BundlesSkeleton />}>
        {({ items, priceList }) => (
          <>
            <div className={classes.bundles}>
              {items.map((bundle) => (
                <Bundle
                  key={bundle.id}
                  bundle={bundle}
                  smallest={items[0] ?? bundle}
                  // The page leaves for Checkout: the button stays busy until it is gone.
                  busy={buy.variables === bundle.id && (buy.isPending || buy.isSuccess)}
                  disabled={buy.isPending || buy.isSuccess}
                  onBuy={() => buy.mutate(bundle.id)}
                />
              ))}
            </div>
            <p className={classes.foot}>{t.billing.priceList(priceList)}</p>
          </>
        )}
      </Loaded>
    </Panel>
  );
}

interface BundleProps {
  bundle: BundleView;
  smallest: BundleView;
  busy: boolean;
  disabled: boolean;
  onBuy: () => void;
}

function Bundle({ bundle, smallest, busy, disabled, onBuy }: BundleProps) {
  const { t, format } = useWords();
  const requests = t.plural.requests(format, bundle.units);
  const price = format.price(bundle.price);
  const saved = 1 - bundle.price.minor / bundle.units / (smallest.price.minor / smallest.units);
  return (
    <section className={classes.bundle}>
      <h3 className={classes.units}>{requests}</h3>
      <div className={classes.price}>{price}</div>
      <ul className={classes.terms}>
        <li>
          <b>{format.moneyPer(bundle.price, bundle.units)}</b> {t.billing.each}
          {saved > 0.005 ? (
            <>
              {" · "}
              <span className={classes.saves}>{t.billing.saves(format.percent(saved))}</span>
            </>
          ) : null}
        </li>
        <li>{t.billing.valid(t.plural.months(format, bundle.validityMonths))}</li>
      </ul>
      <Button
        className={classes.buy}
        loading={busy}
        disabled={disabled && !busy}
        aria-label={t.billing.buyLabel(requests, price)}
        onClick={onBuy}
      >
        {t.billing.buy(format.number(bundle.units))}
      </Button>
    </section>
  );
}

/** Back from Checkout by its "back" link. Another tab may have paid meanwhile: the purchase itself is asked. */
function LeftCheckout({ id }: { id: string }) {
  const { t, format } = useWords();
  const purchase = useQuery(purchaseQuery(id)).data;
  if (!purchase) return null;
  if (purchase.state === "paid") return <Notice tone="good">{t.billing.canceledPaid}</Notice>;
  const unpaid = ["pending", "expired", "failed"].includes(purchase.state);
  if (!unpaid) return <Notice>{t.billing.canceledOther}</Notice>;
  return (
    <Notice title={t.billing.canceledTitle}>
      {t.billing.canceledHelp(t.plural.requests(format, purchase.units))}
    </Notice>
  );
}

function BundlesSkeleton() {
  return (
    <>
      <div className={classes.bundles}>
        {[1, 2, 3].map((card) => (
          <Skeleton key={card} height={216} radius={12} />
        ))}
      </div>
      <p className={classes.foot}>{"\u00a0"}</p>
    </>
  );
}
