// Who is signed in, how they read the portal, and the way out.
import {
  Button,
  NativeSelect,
  Popover,
  SegmentedControl,
  Stack,
  UnstyledButton,
  useMantineColorScheme,
  type MantineColorScheme,
} from "@mantine/core";
import { useId } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { tenantApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import type { Me } from "@/api/types";
import { Failure } from "@/ui/states";
import { LANGUAGES, useWords, type Language } from "@/words";
import classes from "./AccountMenu.module.css";

export function AccountMenu({ me }: { me: Me }) {
  const { t } = useWords();
  const { email } = me.member;
  return (
    // In the header, not at the end of the page: the keyboard and the landmarks find it where the eye does.
    <Popover
      position="bottom-end"
      width={272}
      shadow="md"
      radius="md"
      trapFocus
      returnFocus
      withinPortal={false}
    >
      <Popover.Target>
        <UnstyledButton className={classes.avatar} aria-label={`${initials(email)}, ${t.app.account(email)}`}>
          {initials(email)}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.app.account(email)}>
        <AccountPanel email={email} />
      </Popover.Dropdown>
    </Popover>
  );
}

function AccountPanel({ email }: { email: string }) {
  const { t, language, speak } = useWords();
  const scheme = useMantineColorScheme();
  const lookId = useId();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const signOut = useMutation({
    mutationFn: () => answerOf(tenantApi.DELETE("/api/tenant/sessions/current")),
    onSuccess: async () => {
      await navigate({ to: "/sign-in", search: {} });
      queryClient.clear();
    },
  });
  return (
    <Stack gap={14}>
      <div className={classes.who}>
        <span className="dim">{t.app.signedInAs}</span>
        <strong>{email}</strong>
      </div>
      <NativeSelect
        label={t.app.language}
        size="sm"
        value={language}
        onChange={(event) => void speak(event.currentTarget.value as Language)}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
      />
      <div>
        <div className={classes.label} id={lookId}>
          {t.app.look}
        </div>
        <SegmentedControl
          aria-labelledby={lookId}
          fullWidth
          size="xs"
          value={scheme.colorScheme}
          onChange={(value) => scheme.setColorScheme(value as MantineColorScheme)}
          data={[
            { value: "auto", label: t.app.lookAuto },
            { value: "light", label: t.app.lookLight },
            { value: "dark", label: t.app.lookDark },
          ]}
        />
      </div>
      {signOut.error ? <Failure error={signOut.error} title={t.app.signOut} /> : null}
      <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
        {t.app.signOut}
      </Button>
    </Stack>
  );
}

/** "jozef.novak@…" is JN, "eva@…" is E. */
export function initials(email: string): string {
  const parts = (email.split("@")[0] ?? "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return parts
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");
}
