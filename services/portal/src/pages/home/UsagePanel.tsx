// What was used on each of the last 30 days.
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { USAGE_DAYS, usageQuery } from "@/api/queries";
import type { Mode } from "@/api/types";
import { BarChart } from "@/ui/BarChart";
import { Panel } from "@/ui/Panel";
import { Loaded } from "@/ui/states";
import { useWords } from "@/words";
import { everyDay, type UsageDay } from "./forecast";
import classes from "./Home.module.css";

export function UsagePanel({ mode }: { mode: Mode }) {
  const usage = useQuery(usageQuery(mode));
  return (
    <Panel className={classes.usage}>
      <Loaded query={usage} skeleton={<Skeleton height={229} radius="md" />}>
        {(items) => <Usage items={items} />}
      </Loaded>
    </Panel>
  );
}

function Usage({ items }: { items: UsageDay[] }) {
  const { t, format } = useWords();
  const days = everyDay(items, USAGE_DAYS, new Date().toISOString().slice(0, 10));
  const total = days.reduce((sum, day) => sum + day.used, 0);
  const [first, last] = [days[0]?.day ?? "", days.at(-1)?.day ?? ""];
  const period = `${format.day(first)} – ${format.day(last)}`;
  return (
    <>
      <div className={classes.usageHead}>
        <div>
          <h2 className={classes.label}>{t.home.usedPerDay}</h2>
          <strong>{period}</strong>
        </div>
        <span className="dim">{t.home.usedInDays(format, total)}</span>
      </div>
      <BarChart
        label={`${t.home.usedPerDay}, ${period}`}
        headings={[t.home.day, t.home.used]}
        empty={t.home.chartEmpty}
        bars={days.map(({ day, used }) => ({
          key: day,
          value: used,
          name: format.day(day),
          tip: t.home.usedOnDay(format, used),
        }))}
      />
    </>
  );
}
