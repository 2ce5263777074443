// The way from a new account to a paid signature. Gone once every step is done.
import { useQueries } from "@tanstack/react-query";
import { useEffect } from "react";
import { apiKeysQuery, latestRequestsQuery, purchasesQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { CheckIcon } from "@/ui/icons";
import { Panel } from "@/ui/Panel";
import { ButtonLink } from "@/ui/ButtonLink";
import { SkeletonRows } from "@/ui/states";
import { useWords } from "@/words";
import classes from "./SetUp.module.css";
import { rememberSetUp } from "./setUpMemory";

interface Step {
  key: string;
  done: boolean;
  title: string;
  help: string;
  act?: { to: "/activation" | "/api-keys" | "/developers" | "/billing"; label: string };
}

export function SetUp({ me }: { me: Me }) {
  const { t } = useWords();
  const [liveKeys, testKeys, liveRequests, testRequests, purchases] = useQueries({
    queries: [
      apiKeysQuery("live"),
      apiKeysQuery("test"),
      latestRequestsQuery("live"),
      latestRequestsQuery("test"),
      purchasesQuery,
    ],
  });
  const answers = [liveKeys, testKeys, liveRequests, testRequests, purchases];
  const failed = answers.some((answer) => answer.isError);
  const known = answers.every((answer) => answer.data !== undefined);
  const active = me.tenant.apiState !== "inactive";

  const steps: Step[] = [
    // Nobody signs in before the address is confirmed.
    { key: "email", done: true, title: t.home.stepEmail, help: t.home.stepEmailHelp },
    {
      key: "activate",
      done: active,
      title: t.home.stepActivate,
      help: t.home.stepActivateHelp,
      act: { to: "/activation", label: t.home.goActivate },
    },
    {
      key: "key",
      done: Boolean(liveKeys.data?.length || testKeys.data?.length),
      title: t.home.stepKey,
      help: t.home.stepKeyHelp,
      act: { to: "/api-keys", label: t.home.goKey },
    },
    {
      key: "request",
      done: Boolean(liveRequests.data?.length || testRequests.data?.length),
      title: t.home.stepRequest,
      help: t.home.stepRequestHelp,
      act: { to: "/developers", label: t.home.goRequest },
    },
    {
      key: "bundle",
      done: Boolean(purchases.data?.some((purchase) => purchase.state === "paid")),
      title: t.home.stepBundle,
      help: t.home.stepBundleHelp,
      act: { to: "/billing", label: t.home.goBundle },
    },
  ];
  const done = steps.filter((step) => step.done).length;
  const complete = known && done === steps.length;
  useEffect(() => {
    if (complete) rememberSetUp(me.tenant.id);
  }, [complete, me.tenant.id]);

  // What could not be asked is told by the panels below; half a list would be a guess.
  if (complete || (failed && !known)) return null;
  if (!known)
    return (
      <Panel className={classes.panel} title={t.home.setUp}>
        <SkeletonRows rows={5} height={60} />
      </Panel>
    );
  const next = steps.find((step) => !step.done);

  return (
    <Panel
      className={classes.panel}
      title={t.home.setUp}
      aside={<span className="dim">{t.home.setUpProgress(done, steps.length)}</span>}
    >
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <li
            key={step.key}
            className={classes.step}
            data-done={step.done || undefined}
            data-next={step === next || undefined}
          >
            <span className={classes.mark} aria-hidden="true">
              {step.done ? <CheckIcon size={15} /> : index + 1}
            </span>
            <div className={classes.text}>
              <h3 className={classes.title}>
                {step.title}
                <span className="visually-hidden">{` (${step.done ? t.home.stepDone : t.home.stepOpen})`}</span>
              </h3>
              {step.done ? null : <p className={classes.help}>{step.help}</p>}
            </div>
            {step.act && !step.done ? (
              <ButtonLink
                to={step.act.to}
                size="xs"
                variant={step === next ? "filled" : "default"}
                className={classes.act}
              >
                {step.act.label}
              </ButtonLink>
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
