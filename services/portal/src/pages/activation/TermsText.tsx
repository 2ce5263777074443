// The terms of the version that the activation names.
import { useWords } from "@/words";
import classes from "./Activation.module.css";

/** Sent with the activation: a new text is a new version, agreed to anew. */
export const TERMS_VERSION = "2026-11";

export function TermsText() {
  const { t } = useWords();
  return (
    <div className={classes.terms} tabIndex={0} role="region" aria-label={t.activation.terms}>
      <p className={classes.version}>{t.activation.termsVersion(TERMS_VERSION)}</p>
      {t.terms.map((part) => (
        <section key={part.heading}>
          <h3>{part.heading}</h3>
          <p>{part.text}</p>
        </section>
      ))}
    </div>
  );
}
