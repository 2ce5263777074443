// The target of the mail's link: the token of the fragment and the password of the sign-up make the account and sign in.
import { Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf, problemOf } from "@/api/problem";
import { meQuery } from "@/api/queries";
import { AccountFrame } from "@/shell/AccountFrame";
import { ButtonLink } from "@/ui/ButtonLink";
import { errorText } from "@/ui/errorText";
import { AlertIcon, MailIcon } from "@/ui/icons";
import { useTitle } from "@/ui/PageHeader";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";

export function ConfirmEmail() {
  const { t } = useWords();
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token"));
  const [password, setPassword] = useState("");
  const router = useRouter();
  const queryClient = useQueryClient();
  useTitle(t.auth.confirmTitle);

  const confirm = useMutation({
    mutationFn: (value: string) =>
      answerOf(tenantApi.POST("/api/tenant/email-confirmations", { body: { token: value, password } })),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      router.history.push("/");
    },
  });
  const problem = confirm.error ? problemOf(confirm.error) : undefined;
  const wrongPassword = problem?.status === 401;

  if (!token) return <Unconfirmed lead={t.auth.confirmNoToken} />;
  if (problem?.code === "err.confirmation.invalid")
    return <Unconfirmed lead={t.auth.confirmFailedHelp} doors />;
  return (
    <AccountFrame title={t.auth.confirmTitle} lead={t.auth.confirmLead} icon={<MailIcon size={22} />}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate(token);
        }}
      >
        <Stack gap={16}>
          {confirm.error && !wrongPassword ? (
            <Failure error={confirm.error} title={t.auth.confirmTitle} />
          ) : null}
          <PasswordInput
            label={t.auth.password}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            autoFocus
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t.auth.showPassword, tabIndex: 0 }}
            error={wrongPassword && problem ? errorText(t, problem) : undefined}
          />
          <Button type="submit" size="md" loading={confirm.isPending}>
            {t.auth.confirmSubmit}
          </Button>
        </Stack>
      </form>
    </AccountFrame>
  );
}

function Unconfirmed({ lead, doors = false }: { lead: string; doors?: boolean }) {
  const { t } = useWords();
  return (
    <AccountFrame title={t.auth.confirmFailed} lead={lead} icon={<AlertIcon size={22} />}>
      {doors ? (
        <Stack gap={8}>
          <ButtonLink to="/sign-in" size="md">
            {t.auth.signIn}
          </ButtonLink>
          <ButtonLink to="/sign-up" size="md" variant="default">
            {t.auth.signUp}
          </ButtonLink>
        </Stack>
      ) : null}
    </AccountFrame>
  );
}
