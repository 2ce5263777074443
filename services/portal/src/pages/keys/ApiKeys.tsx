// The keys of one mode: make, rotate, revoke; a secret is seen once.
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import { apiKeysQuery, meQuery } from "@/api/queries";
import type { ApiKeyView } from "@/api/types";
import { useMode } from "@/useMode";
import { Notice } from "@/ui/Notice";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";
import { CreateKey } from "./CreateKey";
import { KeyTable } from "./KeyTable";
import { RevokeKey } from "./RevokeKey";
import { RotateKey } from "./RotateKey";

type Act = { kind: "rotate" | "revoke"; key: ApiKeyView };

export function ApiKeys() {
  const { t } = useWords();
  const mode = useMode();
  const me = useSuspenseQuery(meQuery).data;
  const keys = useQuery(apiKeysQuery(mode));
  const [creating, create] = useDisclosure(false);
  const [act, setAct] = useState<Act>();
  const blocked = mode === "live" && me.tenant.apiState !== "active";
  const close = () => setAct(undefined);

  return (
    <>
      <PageHeader title={t.keys.title} lead={mode === "live" ? t.keys.leadLive : t.keys.leadTest}>
        {blocked ? null : <Button onClick={create.open}>{t.keys.create}</Button>}
      </PageHeader>
      {blocked && keys.data?.length ? (
        <Notice tone="warn" title={t.keys.needActive}>
          {t.keys.needActiveHelp}
        </Notice>
      ) : null}
      <Panel flush>
        <Loaded query={keys} skeleton={<SkeletonRows rows={3} height={61} />}>
          {(rows) => {
            if (rows.length > 0)
              return (
                <KeyTable
                  keys={rows}
                  onRotate={(key) => setAct({ kind: "rotate", key })}
                  onRevoke={(key) => setAct({ kind: "revoke", key })}
                />
              );
            return blocked ? (
              <Empty title={t.keys.needActive} help={t.keys.needActiveHelp}>
                <ButtonLink to="/activation">{t.keys.activate}</ButtonLink>
                <ButtonLink to="/api-keys" search={{ mode: "test" }} variant="default">
                  {t.keys.toTest}
                </ButtonLink>
              </Empty>
            ) : (
              <Empty title={t.keys.empty} help={t.keys.emptyHelp}>
                <Button onClick={create.open}>{t.keys.create}</Button>
              </Empty>
            );
          }}
        </Loaded>
      </Panel>
      {creating ? <CreateKey mode={mode} onClose={create.close} /> : null}
      {act?.kind === "rotate" ? <RotateKey old={act.key} onClose={close} /> : null}
      {act?.kind === "revoke" ? <RevokeKey apiKey={act.key} onClose={close} /> : null}
    </>
  );
}
