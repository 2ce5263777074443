// The frame: sidebar, header, and the page between them. Everything in it follows the mode.
import { Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { meQuery } from "@/api/queries";
import { useMode } from "@/useMode";
import { Brand } from "@/ui/Brand";
import { useWords } from "@/words";
import { Header } from "./Header";
import classes from "./Shell.module.css";
import { SideNav } from "./SideNav";

export function Shell() {
  const { t, setZone } = useWords();
  const me = useSuspenseQuery(meQuery).data;
  const mode = useMode();
  const [menuOpen, menu] = useDisclosure(false);
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);

  useEffect(() => setZone(me.tenant.zone), [me.tenant.zone, setZone]);

  // A new page: the keyboard and the screen reader start at its content, as after a real page load.
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <div className={classes.shell} data-mode={mode}>
      <a className={classes.skip} href="#content">
        {t.app.skip}
      </a>
      <aside className={classes.sidebar}>
        <div className={classes.side}>
          <div className={classes.brand}>
            <Brand />
          </div>
          <SideNav me={me} />
        </div>
      </aside>
      <Drawer
        opened={menuOpen}
        onClose={menu.close}
        size={280}
        title={<Brand />}
        closeButtonProps={{ "aria-label": t.app.closeMenu }}
      >
        <SideNav me={me} onNavigate={menu.close} />
      </Drawer>
      <div className={classes.column}>
        <Header me={me} mode={mode} openMenu={menu.open} />
        <main id="content" ref={main} tabIndex={-1} className={classes.content}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}
