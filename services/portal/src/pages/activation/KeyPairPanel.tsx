// Makes the pair, shows the private half once, and waits until it is said to be stored.
import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { save } from "@/api/documents";
import { CodeBlock } from "@/ui/CodeBlock";
import { AlertIcon, DownloadIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { Panel } from "@/ui/Panel";
import { useWords } from "@/words";
import { canMakeKeyPair, makeKeyPair, type KeyPair } from "./keyPair";

interface KeyPairPanelProps {
  slug: string;
  pair: KeyPair | undefined;
  onPair: (pair: KeyPair) => void;
  stored: boolean;
  onStored: (stored: boolean) => void;
}

export function KeyPairPanel({ slug, pair, onPair, stored, onStored }: KeyPairPanelProps) {
  const { t } = useWords();
  const make = useMutation({ mutationFn: makeKeyPair, onSuccess: onPair });
  return (
    <Panel title={t.activation.pair} lead={t.activation.pairHelp}>
      {!canMakeKeyPair() ? (
        <Notice tone="warn" icon={<AlertIcon />}>
          {t.activation.pairUnsupported}
        </Notice>
      ) : !pair ? (
        <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>
          {t.activation.pairMake}
        </Button>
      ) : (
        <Stack gap={16}>
          <Notice tone="warn" title={t.activation.pairPrivate} icon={<AlertIcon />}>
            {t.activation.pairOnce}
          </Notice>
          <CodeBlock code={pair.privatePem} label={t.activation.pairPrivate} />
          <Group gap={16}>
            <Button
              leftSection={<DownloadIcon />}
              onClick={() =>
                save(
                  new Blob([pair.privatePem], { type: "application/x-pem-file" }),
                  `okdokument-${slug}-private-key.pem`,
                )
              }
            >
              {t.activation.pairDownload}
            </Button>
          </Group>
          <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {t.activation.fingerprint}
            <br />
            <code>{pair.fingerprint}</code>
          </Text>
          <Checkbox
            label={t.activation.pairStored}
            description={t.activation.pairStoredHelp}
            checked={stored}
            onChange={(event) => onStored(event.currentTarget.checked)}
          />
        </Stack>
      )}
    </Panel>
  );
}
