// Starts the portal: the reader's language first, then one render.
import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.layer.css";
import { Notifications } from "@mantine/notifications";
import "@mantine/notifications/styles.layer.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./portal.css";
import { makeQueryClient } from "./queryClient";
import { makeRouter } from "./router";
import { theme, variables } from "./theme";
import { loadWords, preferredLanguage, WordsProvider } from "./words";

const queryClient = makeQueryClient((href) => {
  void router.navigate({ to: "/sign-in", search: { returnTo: href }, replace: true });
});
const router = makeRouter(queryClient);

const spoken = await loadWords(preferredLanguage());
document.documentElement.lang = spoken.language;

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <WordsProvider first={spoken}>
        <QueryClientProvider client={queryClient}>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </QueryClientProvider>
      </WordsProvider>
    </MantineProvider>
  </StrictMode>,
);
