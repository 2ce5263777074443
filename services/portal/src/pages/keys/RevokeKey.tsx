// Ends a key for good; says what will stop, and asks for the key's name.
import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import type { ApiKeyView } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/states";
import { When } from "@/ui/When";
import { useWords } from "@/words";

export function RevokeKey({ apiKey, onClose }: { apiKey: ApiKeyView; onClose: () => void }) {
  const { t } = useWords();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState("");
  const revoke = useMutation({
    mutationFn: () =>
      answerOf(tenantApi.DELETE("/api/tenant/api-keys/{id}", { params: { path: { id: apiKey.id } } })),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["api-keys"] });
      notifications.show({ message: t.keys.revoked(apiKey.name) });
      onClose();
    },
  });
  const matches = typed.trim() === apiKey.name.trim();
  return (
    <Dialog onClose={onClose} title={t.keys.revokeTitle(apiKey.name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (matches) revoke.mutate();
        }}
      >
        <Stack gap={16}>
          <Text size="sm">{t.keys.revokeHelp}</Text>
          {apiKey.lastUsedAt ? (
            <Text size="sm">
              {t.keys.lastUsed} <When at={apiKey.lastUsedAt} as="ago" />
            </Text>
          ) : null}
          <TextInput
            label={t.keys.revokeType(apiKey.name)}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {revoke.error ? <Failure error={revoke.error} title={t.keys.revoke} /> : null}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t.act.cancel}
            </Button>
            <Button type="submit" color="red.8" disabled={!matches} loading={revoke.isPending}>
              {t.keys.revoke}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
