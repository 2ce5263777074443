// The target of the mail's link: spends the token of the fragment, once.
import { Skeleton, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { tenantApi } from "@/api/client";
import { answerOf, problemOf } from "@/api/problem";
import { AccountFrame } from "@/shell/AccountFrame";
import { AlertIcon, CheckIcon, MailIcon } from "@/ui/icons";
import { useTitle } from "@/ui/PageHeader";
import { Failure } from "@/ui/states";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";

export function ConfirmEmail() {
  const { t } = useWords();
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token"));
  const sent = useRef(false);
  useTitle(t.auth.confirmTitle);

  const { mutate, error, isSuccess } = useMutation({
    mutationFn: (value: string) =>
      answerOf(tenantApi.POST("/api/tenant/email-confirmations", { body: { token: value } })),
  });

  useEffect(() => {
    // React runs effects twice in development, and the token works once.
    if (!token || sent.current) return;
    sent.current = true;
    mutate(token);
  }, [mutate, token]);

  if (isSuccess)
    return (
      <AccountFrame title={t.auth.confirmDone} lead={t.auth.confirmDoneHelp} icon={<CheckIcon size={22} />}>
        <ButtonLink to="/sign-in" size="md" fullWidth>
          {t.auth.signIn}
        </ButtonLink>
      </AccountFrame>
    );
  if (!token)
    return (
      <AccountFrame
        title={t.auth.confirmFailed}
        lead={t.auth.confirmNoToken}
        icon={<AlertIcon size={22} />}
      />
    );
  if (error) {
    const problem = problemOf(error);
    // An outage says nothing about the token: it may be tried again.
    const outage = problem.status === 0 || problem.status >= 500;
    return (
      <AccountFrame
        title={t.auth.confirmFailed}
        lead={outage ? undefined : t.auth.confirmFailedHelp}
        icon={<AlertIcon size={22} />}
      >
        {outage ? (
          <Failure error={error} retry={() => mutate(token)} />
        ) : (
          <Stack gap={8}>
            <ButtonLink to="/sign-in" size="md">
              {t.auth.signIn}
            </ButtonLink>
            <ButtonLink to="/sign-up" size="md" variant="default">
              {t.auth.signUp}
            </ButtonLink>
          </Stack>
        )}
      </AccountFrame>
    );
  }
  return (
    <AccountFrame title={t.auth.confirmTitle} lead={t.auth.confirmWorking} icon={<MailIcon size={22} />}>
      <Skeleton height={42} radius="md" />
    </AccountFrame>
  );
}
