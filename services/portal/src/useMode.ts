// Which world the page shows: live or test, as the URL says.
import { useSearch } from "@tanstack/react-router";
import type { Mode } from "./api/types";

export function useMode(): Mode {
  return useSearch({ from: "/shell", select: (search) => search.mode });
}
