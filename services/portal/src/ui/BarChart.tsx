// Bars of boxes, not of a chart library: thirty numbers need no 100 kB. Beside them, the same as a table for
// those who do not see it.
import { useState } from "react";
import { useWords } from "@/words";
import classes from "./BarChart.module.css";

interface Bar {
  key: string;
  value: number;
  name: string;
  tip: string;
}

interface BarChartProps {
  label: string;
  headings: [string, string];
  empty: string;
  bars: Bar[];
}

const GRID_LINES = 2;

export function BarChart({ label, headings, empty, bars }: BarChartProps) {
  const { format } = useWords();
  const [at, setAt] = useState<number>();
  const most = Math.max(...bars.map((bar) => bar.value));
  const top = niceTop(most);
  const shown = at === undefined ? undefined : bars[at];
  const named = [0, Math.floor((bars.length - 1) / 2), bars.length - 1];
  return (
    <figure className={classes.chart} aria-label={label}>
      <div className={classes.plot} aria-hidden="true" onPointerLeave={() => setAt(undefined)}>
        <div className={classes.grid} hidden={most === 0}>
          {Array.from({ length: GRID_LINES }, (_, line) => (
            <div
              key={line}
              className={classes.line}
              style={{ bottom: `${((line + 1) / GRID_LINES) * 100}%` }}
            >
              <span>{most > 0 ? format.number((top * (line + 1)) / GRID_LINES) : ""}</span>
            </div>
          ))}
        </div>
        {bars.map((bar, index) => (
          <div
            key={bar.key}
            className={classes.slot}
            data-last={index === bars.length - 1 || undefined}
            onPointerEnter={() => setAt(index)}
            onPointerDown={() => setAt(index)}
          >
            <div
              className={classes.bar}
              // The smallest count must not look like none.
              style={{ height: `${(bar.value / top) * 100}%`, minHeight: bar.value > 0 ? 3 : 0 }}
            />
          </div>
        ))}
        {most === 0 ? <p className={classes.empty}>{empty}</p> : null}
        {shown && at !== undefined ? (
          <div className={classes.tip} style={{ left: `${((at + 0.5) / bars.length) * 100}%` }}>
            <strong>{shown.tip}</strong>
            <span>{shown.name}</span>
          </div>
        ) : null}
      </div>
      <div className={classes.names} aria-hidden="true">
        {named.map((index) => (
          <span key={index}>{bars[index]?.name}</span>
        ))}
      </div>
      {/* In a box of its own: a table does not shrink to the one pixel that hides it. */}
      <div className="visually-hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">{headings[0]}</th>
              <th scope="col">{headings[1]}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.key}>
                <th scope="row">{bar.name}</th>
                <td>{bar.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The next round and even number, such as 2, 8, 40, 100: half of it is a whole number too. */
export function niceTop(most: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [2, 4, 6, 8, 10].map((factor) => factor * step).find((top) => top >= most) ?? 10 * step;
}
