// From a key to a signing link: address, three commands, and the way to the reference.
import { Button, Skeleton, Stack } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { configQuery, meQuery } from "@/api/queries";
import type { PortalConfig } from "@/api/types";
import { ButtonLink } from "@/ui/ButtonLink";
import { CodeBlock } from "@/ui/CodeBlock";
import { counterCurl, createCurl } from "@/ui/curl";
import { ExternalIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { Loaded } from "@/ui/states";
import { useMode } from "@/useMode";
import { useWords } from "@/words";
import classes from "./Developers.module.css";

export function Developers() {
  const { t } = useWords();
  const config = useQuery(configQuery);
  return (
    <>
      <PageHeader title={t.developers.title} lead={t.developers.lead} />
      <Loaded
        query={config}
        skeleton={
          <Panel>
            <Skeleton height={420} radius="md" />
          </Panel>
        }
      >
        {(data) => <QuickStart config={data} />}
      </Loaded>
    </>
  );
}

/** The shell variable the commands share, so that the key stands in one place only. */
const VARIABLE = "OKD_API_KEY";

function QuickStart({ config }: { config: PortalConfig }) {
  const { t } = useWords();
  const mode = useMode();
  const { tenant } = useSuspenseQuery(meQuery).data;
  const key = `$${VARIABLE}`;
  return (
    <Stack gap={16}>
      {config.sandbox ? (
        <Notice tone="test" title={t.developers.sandbox}>
          {t.developers.sandboxHelp}
        </Notice>
      ) : null}
      <div className={classes.pair}>
        <Panel title={t.developers.baseUrl}>
          <CodeBlock code={config.apiUrl} label={t.developers.baseUrl} wrap />
        </Panel>
        <Panel title={t.developers.reference} lead={t.developers.referenceHelp}>
          <Button
            component="a"
            href={config.docsUrl}
            target="_blank"
            rel="noreferrer"
            variant="default"
            rightSection={<ExternalIcon />}
          >
            {t.developers.openReference}
            <span className="visually-hidden">{` ${t.developers.opensNewTab}`}</span>
          </Button>
        </Panel>
      </div>
      <Panel>
        <ol className={classes.steps}>
          <li>
            <h2>{t.developers.step1}</h2>
            <p>
              {t.developers.step1Help}{" "}
              <Link to="/api-keys" className="link">
                {t.developers.keys}
              </Link>
            </p>
            <CodeBlock
              code={`export ${VARIABLE}='${t.developers.yourKey(`okd_${mode}_…`)}'`}
              label={t.developers.step1}
            />
          </li>
          <li>
            <h2>{t.developers.step2}</h2>
            <p>{t.developers.step2Help}</p>
            <CodeBlock code={createCurl(config.apiUrl, key)} label={t.developers.step2} />
          </li>
          <li>
            <h2>{t.developers.step3}</h2>
            <p>{t.developers.step3Help}</p>
            <CodeBlock code={counterCurl(config.apiUrl, key)} label={t.developers.step3} />
          </li>
        </ol>
      </Panel>
      <Panel title={t.developers.activation} lead={t.developers.activationHelp}>
        <ButtonLink to="/activation" variant={tenant.apiState === "inactive" ? "filled" : "default"}>
          {t.developers.openActivation}
        </ButtonLink>
      </Panel>
    </Stack>
  );
}
