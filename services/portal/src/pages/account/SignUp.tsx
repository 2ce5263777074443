// A new tenant with its first member. The answer is the same whether the address is known or not.
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf } from "@/api/problem";
import { AccountFrame } from "@/shell/AccountFrame";
import { useTitle } from "@/ui/PageHeader";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";

/** The tenant service refuses shorter ones; saying so before the call spares a round trip. */
const PASSWORD_MIN = 10;

export function SignUp() {
  const { t } = useWords();
  const navigate = useNavigate();
  const [tenantName, setTenantName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [tooShort, setTooShort] = useState(false);
  useTitle(t.auth.signUp);

  const signUp = useMutation({
    mutationFn: () =>
      answerOf(tenantApi.POST("/api/tenant/sign-ups", { body: { email, password, tenantName } })),
    onSuccess: () => navigate({ to: "/check-mail", state: { email } }),
  });

  return (
    <AccountFrame
      title={t.auth.signUpTitle}
      lead={t.auth.signUpLead}
      below={
        <>
          <span className="dim">{t.auth.haveAccount}</span>{" "}
          <Link to="/sign-in" className="link">
            {t.auth.signIn}
          </Link>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const short = password.length < PASSWORD_MIN;
          setTooShort(short);
          if (!short) signUp.mutate();
        }}
      >
        <Stack gap={16}>
          {signUp.error ? <Failure error={signUp.error} title={t.auth.signUp} /> : null}
          <TextInput
            label={t.auth.tenantName}
            description={t.auth.tenantNameHint}
            name="organization"
            autoComplete="organization"
            required
            withAsterisk={false}
            autoFocus
            minLength={2}
            maxLength={80}
            size="md"
            value={tenantName}
            onChange={(event) => setTenantName(event.currentTarget.value)}
          />
          <TextInput
            label={t.auth.email}
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            size="md"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t.auth.password}
            description={t.auth.passwordHint}
            name="password"
            autoComplete="new-password"
            required
            withAsterisk={false}
            size="md"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t.auth.showPassword, tabIndex: 0 }}
            error={tooShort && password.length < PASSWORD_MIN ? t.auth.passwordShort : undefined}
          />
          <Button type="submit" size="md" loading={signUp.isPending}>
            {t.auth.signUp}
          </Button>
        </Stack>
      </form>
    </AccountFrame>
  );
}
