// Something to paste: monospaced, scrollable, with its own copy button.
import { CopyButton } from "./CopyButton";
import classes from "./CodeBlock.module.css";

interface CodeBlockProps {
  code: string;
  /** What the code is, for the button and for those who do not see it. */
  label: string;
  /** A long command: one line that scrolls inside its box, not a wall. */
  wrap?: boolean;
  /** The keyboard starts at its copy button. */
  autoFocus?: boolean;
}

export function CodeBlock({ code, label, wrap, autoFocus }: CodeBlockProps) {
  return (
    <div className={classes.block}>
      <pre
        className={`${classes.code} ${wrap ? classes.wrap : ""}`}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <code>{code}</code>
      </pre>
      <div className={classes.copy}>
        <CopyButton value={code} label={label} withText autoFocus={autoFocus} />
      </div>
    </div>
  );
}
