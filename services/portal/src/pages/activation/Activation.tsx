// Opens the live API: terms, raw ink, key pair. Afterwards it says what was agreed.
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useSuspenseQuery } from "@tanstack/react-query";
import { meQuery } from "@/api/queries";
import type { Me } from "@/api/types";
import { AlertIcon, CheckIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";
import { ActivationForm } from "./ActivationForm";
import { TermsText } from "./TermsText";

export function Activation() {
  const { t } = useWords();
  const { tenant } = useSuspenseQuery(meQuery).data;
  if (tenant.apiState === "inactive")
    return (
      <>
        <PageHeader title={t.activation.title} lead={t.activation.lead} />
        <ActivationForm tenant={tenant} />
      </>
    );
  return (
    <>
      <PageHeader title={t.activation.title} />
      <Settled tenant={tenant} />
    </>
  );
}

function Settled({ tenant }: { tenant: Me["tenant"] }) {
  const { t } = useWords();
  const [reading, terms] = useDisclosure(false);
  return (
    <Panel>
      {tenant.apiState === "suspended" ? (
        <Notice tone="warn" title={t.activation.suspended} icon={<AlertIcon />}>
          {t.activation.suspendedHelp}
        </Notice>
      ) : (
        <Notice
          tone="good"
          title={t.activation.done}
          icon={<CheckIcon />}
          acts={
            <ButtonLink to="/api-keys" search={{ mode: "live" }} size="xs">
              {t.activation.createKey}
            </ButtonLink>
          }
        >
          {t.activation.doneHelp}
        </Notice>
      )}
      <p>{tenant.keepRawInk ? t.activation.doneInkKept : t.activation.doneInkDropped}</p>
      {reading ? (
        <TermsText />
      ) : (
        <Button variant="default" onClick={terms.open}>
          {t.activation.doneTerms}
        </Button>
      )}
    </Panel>
  );
}
