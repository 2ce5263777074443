// Makes a key; afterwards the same dialog shows its secret.
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import type { Mode } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";
import { Secret, SECRET_WIDTH } from "./Secret";

const DAY_MS = 86_400_000;
const EXPIRY_DAYS = [30, 90, 365];

export function CreateKey({ mode, onClose }: { mode: Mode; onClose: () => void }) {
  const { t, format } = useWords();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [missing, setMissing] = useState(false);
  const [days, setDays] = useState("0");

  const create = useMutation({
    mutationFn: () => {
      const expiresAt = days === "0" ? undefined : Date.now() + Number(days) * DAY_MS;
      return answerOf(
        tenantApi.POST("/api/tenant/api-keys", { body: { name: name.trim(), mode, expiresAt } }),
      );
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
  });

  if (create.data)
    return (
      <Dialog onClose={onClose} title={t.keys.secretTitle} size={SECRET_WIDTH} insistent>
        <Secret secret={create.data.secret} mode={mode} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog onClose={onClose} title={mode === "live" ? t.keys.createLive : t.keys.createTest}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setMissing(name.trim() === "");
          if (name.trim() !== "") create.mutate();
        }}
      >
        <Stack gap={16}>
          <Text size="sm" c="dimmed">
            {t.keys.createHelp}
          </Text>
          <TextInput
            label={t.keys.name}
            placeholder={t.keys.namePlaceholder}
            maxLength={60}
            required
            withAsterisk={false}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={missing && name.trim() === "" ? t.keys.nameMissing : undefined}
          />
          <NativeSelect
            label={t.keys.expires}
            value={days}
            onChange={(event) => setDays(event.currentTarget.value)}
            data={[
              { value: "0", label: t.keys.never },
              ...EXPIRY_DAYS.map((count) => ({ value: String(count), label: t.keys.inDays(format, count) })),
            ]}
          />
          {create.error ? <Failure error={create.error} title={t.keys.create} /> : null}
          <Group justify="flex-end" gap={8}>
            <Button variant="default" onClick={onClose}>
              {t.act.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {t.keys.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
