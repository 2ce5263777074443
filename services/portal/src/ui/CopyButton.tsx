// Copies a value and says so, to the eye and to a screen reader.
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useWords } from "@/words";
import { CheckIcon, CopyIcon } from "./icons";

interface CopyButtonProps {
  value: string;
  label: string;
  withText?: boolean;
  autoFocus?: boolean | undefined;
}

export function CopyButton({ value, label, withText, autoFocus }: CopyButtonProps) {
  const { t } = useWords();
  const clipboard = useClipboard({ timeout: 2_000 });
  const copy = () => clipboard.copy(value);
  const icon = clipboard.copied ? <CheckIcon /> : <CopyIcon />;
  return (
    <>
      {withText ? (
        <Button
          variant="default"
          size="xs"
          leftSection={icon}
          aria-label={`${clipboard.copied ? t.act.copied : t.act.copy}: ${label}`}
          onClick={copy}
          autoFocus={autoFocus}
          miw={104}
        >
          {clipboard.copied ? t.act.copied : t.act.copy}
        </Button>
      ) : (
        <Tooltip label={clipboard.copied ? t.act.copied : label}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={copy}>
            {icon}
          </ActionIcon>
        </Tooltip>
      )}
      <span role="status" className="visually-hidden">
        {clipboard.copied ? t.act.copied : ""}
      </span>
    </>
  );
}
