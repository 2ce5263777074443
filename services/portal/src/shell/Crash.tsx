// A page that broke, or a session that could not be looked up: what happened, and a way on.
import { Button } from "@mantine/core";
import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { Problem } from "@/api/problem";
import { useTitle } from "@/ui/PageHeader";
import { Failure } from "@/ui/states";
import { useWords } from "@/words";
import { AccountFrame } from "./AccountFrame";

export function Crash({ error, reset }: ErrorComponentProps) {
  const { t } = useWords();
  const router = useRouter();
  useTitle(t.error.title);
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof Problem)
    return (
      <AccountFrame title={t.app.name}>
        <Failure error={error} retry={retry} />
      </AccountFrame>
    );
  return (
    <AccountFrame title={t.error.crash} lead={t.error.crashHelp}>
      {/* After a deployment the code of a page may be gone from the server: only a real load mends that. */}
      <Button fullWidth onClick={() => location.reload()}>
        {t.error.reload}
      </Button>
    </AccountFrame>
  );
}
