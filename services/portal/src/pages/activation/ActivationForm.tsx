// The three decisions of an activation. Nothing is sent before the last button, and never the private key.
import { Button, Checkbox, Radio, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import { meQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { Panel } from "@/ui/Panel";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";
import classes from "./Activation.module.css";
import type { KeyPair } from "./keyPair";
import { KeyPairPanel } from "./KeyPairPanel";
import { TERMS_VERSION, TermsText } from "./TermsText";

type Ink = "keep" | "drop";

export function ActivationForm({ tenant }: { tenant: Me["tenant"] }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const [agreed, setAgreed] = useState(false);
  const [ink, setInk] = useState<Ink>();
  const [pair, setPair] = useState<KeyPair>();
  const [stored, setStored] = useState(false);

  const activate = useMutation({
    mutationFn: (publicKey: string) =>
      answerOf(
        tenantApi.POST("/api/tenant/activation", {
          body: { termsVersion: TERMS_VERSION, keepRawInk: ink === "keep", publicKey },
        }),
      ),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      // The trial lot of the activation belongs to the next look at the balance.
      void queryClient.invalidateQueries({ queryKey: ["balance"] });
    },
  });

  // A pair that was made but not used would be lost by a stray click; the browser asks first.
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      // The mode switch stays on this page.
      current.pathname !== next.pathname && !window.confirm(t.activation.pairOnce),
    enableBeforeUnload: () => pair !== undefined && !activate.isSuccess,
    disabled: pair === undefined || activate.isSuccess,
  });

  const missing = [
    agreed ? undefined : t.activation.missingTerms,
    ink ? undefined : t.activation.missingInk,
    pair ? undefined : t.activation.missingPair,
    !pair || stored ? undefined : t.activation.missingStored,
  ].filter((step) => step !== undefined);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (missing.length === 0 && pair) activate.mutate(pair.publicPem);
      }}
    >
      <Stack gap={16}>
        <Panel title={t.activation.terms}>
          <TermsText />
          <Checkbox
            mt={16}
            label={t.activation.agree}
            checked={agreed}
            onChange={(event) => setAgreed(event.currentTarget.checked)}
          />
        </Panel>
        <Panel title={t.activation.ink} lead={t.activation.inkHelp}>
          <Radio.Group
            aria-label={t.activation.ink}
            value={ink ?? null}
            onChange={(value) => setInk(value as Ink)}
          >
            <div className={classes.choices}>
              <Choice value="keep" title={t.activation.inkKeep} help={t.activation.inkKeepHelp} />
              <Choice value="drop" title={t.activation.inkDrop} help={t.activation.inkDropHelp} />
            </div>
          </Radio.Group>
        </Panel>
        <KeyPairPanel slug={tenant.slug} pair={pair} onPair={setPair} stored={stored} onStored={setStored} />
        {activate.error ? <Failure error={activate.error} title={t.activation.activate} /> : null}
        <div className={classes.finish}>
          <Button type="submit" size="md" disabled={missing.length > 0} loading={activate.isPending}>
            {t.activation.activate}
          </Button>
          <p className={classes.missing} role="status">
            {missing.length > 0 ? `${t.activation.missing} ${missing.join(", ")}.` : ""}
          </p>
        </div>
      </Stack>
    </form>
  );
}

function Choice({ value, title, help }: { value: Ink; title: string; help: string }) {
  return (
    <Radio.Card value={value} className={classes.choice} aria-label={title}>
      <Radio.Indicator />
      <span>
        <strong>{title}</strong>
        <span className={classes.choiceHelp}>{help}</span>
      </span>
    </Radio.Card>
  );
}
