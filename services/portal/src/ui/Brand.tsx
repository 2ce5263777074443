// The name with its stroke of ink.
import classes from "./Brand.module.css";

export function Brand() {
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 26 26" width="26" height="26" aria-hidden="true">
        <rect width="26" height="26" rx="7" fill="#2546d8" />
        <path
          d="M6 17c2.200 0 3-7.500 5-7.500 1.700 0 .6 6 2.400 6 1.500 0 1.700-3.500 3-3.500 1.100 0 .9 2 3.600 2"
          fill="none"
          stroke="#fff"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      {"OKdokument"}
    </span>
  );
}
