// After the sign-up: where the link went, and what to do when it does not come.
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { configQuery } from "@/api/queries";
import { AccountFrame } from "@/shell/AccountFrame";
import { MailIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import { useTitle } from "@/ui/PageHeader";
import { useWords } from "@/words";

export function CheckMail() {
  const { t } = useWords();
  const email = useLocation({ select: (location) => location.state.email });
  const sandbox = useQuery(configQuery).data?.sandbox;
  useTitle(t.auth.checkMail);
  return (
    <AccountFrame
      title={t.auth.checkMail}
      icon={<MailIcon size={22} />}
      lead={email ? t.auth.checkMailSent(email) : t.auth.checkMailSentSomewhere}
      below={
        <>
          <Link to="/sign-up" className="link">
            {t.auth.signUp}
          </Link>
          {" · "}
          <Link to="/sign-in" className="link">
            {t.auth.signIn}
          </Link>
        </>
      }
    >
      <Text size="sm" c="dimmed" mb={sandbox ? 16 : 0}>
        {t.auth.checkMailHelp}
      </Text>
      {sandbox ? <Notice tone="test">{t.auth.checkMailSandbox}</Notice> : null}
    </AccountFrame>
  );
}
