// How the callbacks of the tenant fare, what they are signed with, and sending one once more.
import { Select, Stack } from "@mantine/core";
import { useInfiniteQuery, useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { DELIVERIES } from "@/api/narrow";
import { callbacksQuery, meQuery } from "@/api/queries";
import { More } from "@/ui/DataTable";
import { PageHeader } from "@/ui/PageHeader";
import { Panel } from "@/ui/Panel";
import { Empty, Loaded, SkeletonRows } from "@/ui/states";
import { useMode } from "@/useMode";
import { useWords } from "@/words";
import { CallbackTable } from "./CallbackTable";
import { SecretPanel } from "./SecretPanel";

/** Whose work the receiver is; the server decides, this only says it beforehand. */
const TENDING = ["owner", "admin", "developer"];

export function Callbacks() {
  const { t } = useWords();
  const mode = useMode();
  const { delivery } = useSearch({ from: "/shell/callbacks" });
  const navigate = useNavigate();
  const mayTend = TENDING.includes(useSuspenseQuery(meQuery).data.member.role);
  const callbacks = useInfiniteQuery(callbacksQuery(mode, delivery));
  return (
    <>
      <PageHeader title={t.callbacks.title} lead={t.callbacks.lead} />
      <Stack gap={16}>
        <SecretPanel mayTend={mayTend} />
        <Panel
          flush
          title={t.callbacks.deliveries}
          aside={
            <Select
              aria-label={t.callbacks.filter}
              size="sm"
              w={190}
              allowDeselect={false}
              value={delivery ?? "all"}
              data={[
                { value: "all", label: t.callbacks.all },
                ...DELIVERIES.map((each) => ({ value: each, label: t.callbacks.delivery[each] })),
              ]}
              onChange={(value) =>
                void navigate({
                  to: "/callbacks",
                  search: { mode, delivery: DELIVERIES.find((each) => each === value) },
                })
              }
            />
          }
        >
          <Loaded query={callbacks} skeleton={<SkeletonRows rows={6} height={57} />}>
            {({ pages }) => {
              const rows = pages.flatMap((page) => page.items);
              if (rows.length === 0)
                return delivery ? (
                  <Empty title={t.callbacks.emptyFilter} />
                ) : (
                  <Empty title={t.callbacks.empty} help={t.callbacks.emptyHelp} />
                );
              return (
                <>
                  <CallbackTable callbacks={rows} mode={mode} mayTend={mayTend} />
                  <More query={callbacks} />
                </>
              );
            }}
          </Loaded>
        </Panel>
      </Stack>
    </>
  );
}
