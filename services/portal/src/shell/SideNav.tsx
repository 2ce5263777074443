// The places of the portal: only those that exist.
import { Link } from "@tanstack/react-router";
import type { Me } from "@/api/types";
import { useWords } from "@/words";
import classes from "./SideNav.module.css";

const GROUPS = [
  ["/", "/requests", "/api-keys"],
  ["/billing", "/audit-log"],
  ["/activation", "/callbacks", "/developers"],
] as const;
type Place = (typeof GROUPS)[number][number];

export function SideNav({ me, onNavigate }: { me: Me; onNavigate?: () => void }) {
  const { t } = useWords();
  const names: Record<Place, string> = {
    "/": t.nav.home,
    "/requests": t.nav.requests,
    "/api-keys": t.nav.keys,
    "/billing": t.nav.billing,
    "/audit-log": t.nav.audit,
    "/activation": t.nav.activation,
    "/callbacks": t.nav.callbacks,
    "/developers": t.nav.developers,
  };
  // Once the API is active there is nothing left to do there; Developers links to it.
  const shown = (place: Place) => place !== "/activation" || me.tenant.apiState !== "active";
  return (
    <nav aria-label={t.app.navigation}>
      {GROUPS.map((group) => (
        <ul key={group[0]} className={classes.group}>
          {group.filter(shown).map((place) => (
            <li key={place}>
              <Link
                to={place}
                className={classes.place}
                activeProps={{ "aria-current": "page" }}
                activeOptions={{ exact: place === "/", includeSearch: false }}
                onClick={onNavigate}
              >
                {names[place]}
                {place === "/activation" ? <span className={classes.dot} aria-hidden="true" /> : null}
              </Link>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}
