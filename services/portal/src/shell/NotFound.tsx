// An address that leads nowhere.
import { useTitle } from "@/ui/PageHeader";
import { ButtonLink } from "@/ui/ButtonLink";
import { useWords } from "@/words";
import { AccountFrame } from "./AccountFrame";

export function NotFound() {
  const { t } = useWords();
  useTitle(t.app.notFound);
  return (
    <AccountFrame title={t.app.notFound} lead={t.app.notFoundHelp}>
      <ButtonLink to="/" fullWidth>
        {t.app.toHome}
      </ButtonLink>
    </AccountFrame>
  );
}
