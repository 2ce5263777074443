import { callbacks } from "./callbacks";
import { pages } from "./pages";
import { shared } from "./shared";
import { terms } from "./terms";

export default { ...shared, ...pages, callbacks, terms };
