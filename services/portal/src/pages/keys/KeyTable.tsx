// The keys as rows: who uses them, until when, in what state.
import { Button } from "@mantine/core";
import type { ApiKeyView } from "@/api/types";
import { DataTable, type Column } from "@/ui/DataTable";
import { StateBadge } from "@/ui/StateBadge";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import classes from "./KeyTable.module.css";

interface KeyTableProps {
  keys: ApiKeyView[];
  onRotate: (key: ApiKeyView) => void;
  onRevoke: (key: ApiKeyView) => void;
}

export function KeyTable({ keys, onRotate, onRevoke }: KeyTableProps) {
  const { t } = useWords();
  const columns: Column<ApiKeyView>[] = [
    {
      key: "name",
      title: t.keys.name,
      names: true,
      cell: (key) => (
        <>
          <div>{key.name}</div>
          <code className={classes.id}>{`okd_${key.mode}_${key.publicId}_…${key.lastFour}`}</code>
        </>
      ),
    },
    {
      key: "scopes",
      title: t.keys.scopes,
      cell: (key) => <Scopes scopes={key.scopes} />,
    },
    {
      key: "lastUsed",
      title: t.keys.lastUsed,
      cell: (key) =>
        key.lastUsedAt ? (
          <>
            <When at={key.lastUsedAt} as="ago" />
            {key.lastUsedFrom ? (
              <div className={classes.under}>{t.keys.usedFrom(key.lastUsedFrom)}</div>
            ) : null}
          </>
        ) : (
          <span className="dim">{t.keys.notUsed}</span>
        ),
    },
    {
      key: "expires",
      title: t.keys.expires,
      cell: (key) =>
        key.expiresAt ? (
          <When at={key.expiresAt} as={key.state === "expiring" ? "dateTime" : "date"} />
        ) : (
          <span className="dim">{t.keys.never}</span>
        ),
    },
    { key: "created", title: t.keys.created, cell: (key) => <When at={key.createdAt} as="date" /> },
    {
      key: "state",
      title: t.keys.state,
      cell: (key) => (
        <>
          <StateBadge state={key.state} />
          {key.rotatedTo ? <div className={classes.under}>{t.keys.rotated}</div> : null}
        </>
      ),
    },
    {
      key: "acts",
      title: t.act.actions(""),
      align: "end",
      acts: true,
      cell: (key) => <Acts apiKey={key} onRotate={onRotate} onRevoke={onRevoke} />,
    },
  ];
  return <DataTable label={t.keys.title} columns={columns} rows={keys} rowKey={(key) => key.id} />;
}

/** How many kinds of scope there are; a key with each of them may do everything. */
const SCOPES = 4;

function Scopes({ scopes }: { scopes: string[] }) {
  const { t } = useWords();
  if (scopes.length === SCOPES) return <span title={scopes.join(", ")}>{t.keys.allScopes}</span>;
  return scopes.map((scope) => (
    <div key={scope}>
      <code>{scope}</code>
    </div>
  ));
}

function Acts({ apiKey, onRotate, onRevoke }: { apiKey: ApiKeyView } & Omit<KeyTableProps, "keys">) {
  const { t } = useWords();
  if (apiKey.state === "revoked" || apiKey.state === "expired") return null;
  return (
    <div className={classes.acts}>
      {/* A key that was rotated already has its successor; a second one would only confuse. */}
      {apiKey.rotatedTo ? null : (
        <Button
          variant="subtle"
          size="compact-sm"
          aria-label={`${t.keys.rotate}: ${apiKey.name}`}
          onClick={() => onRotate(apiKey)}
        >
          {t.keys.rotate}
        </Button>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        className={classes.danger}
        aria-label={`${t.keys.revoke}: ${apiKey.name}`}
        onClick={() => onRevoke(apiKey)}
      >
        {t.keys.revoke}
      </Button>
    </div>
  );
}
