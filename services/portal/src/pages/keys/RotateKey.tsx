// A successor for a key, with as much overlap as the change-over needs.
import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import type { ApiKeyView } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { Failure } from "@/ui/states";
import { When } from "@/ui/When";
import { useWords } from "@/words";
import { Secret, SECRET_WIDTH } from "./Secret";

const HOUR_S = 3_600;
const OVERLAPS = {
  overlap0: 0,
  overlap1h: HOUR_S,
  overlap24h: 24 * HOUR_S,
  overlap7d: 7 * 24 * HOUR_S,
} as const;
type Overlap = keyof typeof OVERLAPS;

export function RotateKey({ old, onClose }: { old: ApiKeyView; onClose: () => void }) {
  const { t, format } = useWords();
  const queryClient = useQueryClient();
  const [overlap, setOverlap] = useState<Overlap>("overlap1h");

  const rotate = useMutation({
    mutationFn: () =>
      answerOf(
        tenantApi.POST("/api/tenant/api-keys/{id}/rotations", {
          params: { path: { id: old.id } },
          body: { overlapSeconds: OVERLAPS[overlap] },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
  });

  if (rotate.data) {
    const until = rotate.data.old.expiresAt;
    const ended = overlap === "overlap0" || !until;
    return (
      <Dialog onClose={onClose} title={t.keys.secretTitle} size={SECRET_WIDTH} insistent>
        <Secret
          secret={rotate.data.secret}
          mode={old.mode}
          note={ended ? t.keys.oldEnded : t.keys.oldUntil(format.dateTime(until))}
          onClose={onClose}
        />
      </Dialog>
    );
  }
  return (
    <Dialog onClose={onClose} title={t.keys.rotateTitle(old.name)}>
      <Stack gap={16}>
        <Text size="sm" c="dimmed">
          {t.keys.rotateHelp}
        </Text>
        {old.lastUsedAt ? (
          <Text size="sm">
            {t.keys.lastUsed} <When at={old.lastUsedAt} as="ago" />
          </Text>
        ) : null}
        <Radio.Group
          label={t.keys.overlap}
          value={overlap}
          onChange={(value) => setOverlap(value as Overlap)}
        >
          <Stack gap={10} mt={8}>
            {(Object.keys(OVERLAPS) as Overlap[]).map((key) => (
              <Radio key={key} value={key} label={t.keys[key]} />
            ))}
          </Stack>
        </Radio.Group>
        {rotate.error ? <Failure error={rotate.error} title={t.keys.rotate} /> : null}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t.act.cancel}
          </Button>
          <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
            {t.keys.rotate}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
