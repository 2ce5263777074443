import type { Dictionary } from "..";
import { pages } from "./pages";
import { shared } from "./shared";
import { terms } from "./terms";

const words: Dictionary = { ...shared, ...pages, terms };
export default words;
