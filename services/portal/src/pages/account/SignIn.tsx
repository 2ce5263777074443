// Signs a member in and returns to the page they wanted.
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf, problemOf } from "@/api/problem";
import { meQuery } from "@/api/queries";
import { AccountFrame } from "@/shell/AccountFrame";
import { errorText } from "@/ui/errorText";
import { Notice } from "@/ui/Notice";
import { useTitle } from "@/ui/PageHeader";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";

export function SignIn() {
  const { t } = useWords();
  const { returnTo } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  useTitle(t.auth.signIn);

  const signIn = useMutation({
    mutationFn: () => answerOf(tenantApi.POST("/api/tenant/sessions", { body: { email, password } })),
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery.queryKey, me);
      router.history.push(returnTo ?? "/");
    },
  });
  const refused = signIn.error && problemOf(signIn.error).status === 401;

  return (
    <AccountFrame
      title={t.auth.signInTitle}
      below={
        <>
          <span className="dim">{t.auth.noAccount}</span>{" "}
          <Link to="/sign-up" className="link">
            {t.auth.signUp}
          </Link>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
      >
        <Stack gap={16}>
          {returnTo && !signIn.error ? <Notice>{t.auth.sessionEnded}</Notice> : null}
          {signIn.error && !refused ? <Failure error={signIn.error} title={t.auth.signIn} /> : null}
          <TextInput
            label={t.auth.email}
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            autoFocus
            size="md"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={refused ? true : undefined}
          />
          <PasswordInput
            label={t.auth.password}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t.auth.showPassword, tabIndex: 0 }}
            error={refused ? errorText(t, problemOf(signIn.error)) : undefined}
          />
          <Button type="submit" size="md" loading={signIn.isPending}>
            {t.auth.signIn}
          </Button>
        </Stack>
      </form>
    </AccountFrame>
  );
}
