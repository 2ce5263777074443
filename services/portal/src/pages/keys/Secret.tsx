// The one view of a secret, inside the dialog that made the key; that one now closes only on purpose: a click beside
// it, Escape or a second Enter must not cost the key.
import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { configQuery } from "@/api/queries";
import type { Mode } from "@/api/types";
import { CodeBlock } from "@/ui/CodeBlock";
import { counterCurl, createCurl } from "@/ui/curl";
import { AlertIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { useWords } from "@/words";
import classes from "./Secret.module.css";

/** Wide enough for a key on one line. */
export const SECRET_WIDTH = 680;

interface SecretProps {
  secret: string;
  mode: Mode;
  /** What happens to the key this one replaces. */
  note?: ReactNode;
  onClose: () => void;
}

export function Secret({ secret, mode, note, onClose }: SecretProps) {
  const { t } = useWords();
  const apiUrl = useQuery(configQuery).data?.apiUrl;
  return (
    <Stack gap={16}>
      <Notice tone="warn" icon={<AlertIcon />}>
        {t.keys.secretHelp}
      </Notice>
      <CodeBlock code={secret} label={t.keys.secret} wrap autoFocus />
      {note ? <Text size="sm">{note}</Text> : null}
      {apiUrl ? (
        <div>
          <h3 className={classes.title}>{t.keys.tryIt}</h3>
          <p className={classes.step}>
            {t.keys.tryRequest}{" "}
            <span className="dim">{mode === "live" ? t.keys.tryRequestLive : t.keys.tryRequestTest}</span>
          </p>
          <CodeBlock code={createCurl(apiUrl, secret)} label={t.keys.tryRequest} />
          <p className={classes.step}>{t.keys.tryCounter}</p>
          <CodeBlock code={counterCurl(apiUrl, secret)} label={t.keys.tryCounter} />
        </div>
      ) : null}
      <Button onClick={onClose}>{t.keys.secretStored}</Button>
    </Stack>
  );
}
