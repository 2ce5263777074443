// Takes the signer's token out of the link, so that it never stays in the address bar, the history or a referrer.

export interface Link {
  readonly documentId: string;
  readonly token: string;
}

/** The parts of the browser that the link touches; the tests bring their own. */
export interface LinkPlace {
  readonly location: Pick<Location, 'search' | 'hash' | 'pathname'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'> | undefined;
}

const STORED_AS = 'okd.token.';
const PASS_STORED_AS = 'okd.pass.';

/** The link of this tab, or nothing when the address lacks its document or its token. */
export function takeLink(place: LinkPlace): Link | undefined {
  const documentId = new URLSearchParams(place.location.search).get('id') ?? '';
  const carried = new URLSearchParams(place.location.hash.slice(1)).get('s') ?? '';
  if (place.location.hash !== '') {
    place.history.replaceState(null, '', place.location.pathname + place.location.search);
  }
  if (documentId === '') return undefined;
  const token = carried === '' ? recall(place.storage, STORED_AS + documentId) : carried;
  if (token === '') return undefined;
  remember(place.storage, STORED_AS + documentId, token);
  return { documentId, token };
}

/** Keeps what a code to open gave, for this tab and document: a reload does not ask for it again. */
export class PassKeeper {
  readonly #storage: LinkPlace['storage'];
  readonly #name: string;
  #pass: string;

  constructor(storage: LinkPlace['storage'], documentId: string) {
    this.#storage = storage;
    this.#name = PASS_STORED_AS + documentId;
    this.#pass = recall(storage, this.#name);
  }

  get pass(): string {
    return this.#pass;
  }

  keep(pass: string): void {
    this.#pass = pass;
    remember(this.#storage, this.#name, pass);
  }
}

// Storage may be closed to us (private windows, some WebViews): then the token lives as long as the page.
function remember(storage: LinkPlace['storage'], name: string, secret: string): void {
  try {
    storage?.setItem(name, secret);
  } catch {
    return;
  }
}

function recall(storage: LinkPlace['storage'], name: string): string {
  try {
    return storage?.getItem(name) ?? '';
  } catch {
    return '';
  }
}
