import type { Dictionary } from "..";
import { callbacks } from "./callbacks";
import { pages } from "./pages";
import { shared } from "./shared";
import { terms } from "./terms";

const words: Dictionary = { ...shared, ...pages, callbacks, terms };
export default words;
