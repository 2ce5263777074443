// The secret that callbacks are signed with: asked for only when somebody wants to see it.
import { Button, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { signingApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import { CodeBlock } from "@/ui/CodeBlock";
import { Panel } from "@/ui/Panel";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";

export function SecretPanel({ mayTend }: { mayTend: boolean }) {
  const { t } = useWords();
  // Not a query: what is revealed is kept by this panel alone, and gone when it is left.
  const reveal = useMutation({
    gcTime: 0,
    mutationFn: () => answerOf(signingApi.GET("/api/signing/callback-secret")),
  });
  return (
    <Panel
      title={t.callbacks.secret}
      lead={t.callbacks.secretHelp}
      aside={
        reveal.data ? (
          <Button variant="default" onClick={() => reveal.reset()}>
            {t.callbacks.hide}
          </Button>
        ) : (
          <Tooltip label={t.error.forbidden} disabled={mayTend}>
            <Button
              variant="default"
              data-disabled={mayTend ? undefined : true}
              aria-disabled={!mayTend}
              loading={reveal.isPending}
              onClick={() => (mayTend ? reveal.mutate() : undefined)}
            >
              {t.callbacks.reveal}
            </Button>
          </Tooltip>
        )
      }
    >
      {reveal.data ? <CodeBlock code={reveal.data.secret} label={t.callbacks.secret} wrap autoFocus /> : null}
      {reveal.error ? <Failure error={reveal.error} title={t.callbacks.secret} /> : null}
    </Panel>
  );
}
