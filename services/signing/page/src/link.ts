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

/** The link of this tab, or nothing when the address lacks its document or its token. */
export function takeLink(place: LinkPlace): Link | undefined {
  const documentId = new URLSearchParams(place.location.search).get('id') ?? '';
  const carried = new URLSearchParams(place.location.hash.slice(1)).get('s') ?? '';
  if (place.location.hash !== '') {
    place.history.replaceState(null, '', place.location.pathname + place.location.search);
  }
  if (documentId === '') return undefined;
  const token = carried === '' ? recall(place.storage, documentId) : carried;
  if (token === '') return undefined;
  remember(place.storage, documentId, token);
  return { documentId, token };
}

// Storage may be closed to us (private windows, some WebViews): then the token lives as long as the page.
function remember(storage: LinkPlace['storage'], documentId: string, token: string): void {
  try {
    storage?.setItem(STORED_AS + documentId, token);
  } catch {
    return;
  }
}

function recall(storage: LinkPlace['storage'], documentId: string): string {
  try {
    return storage?.getItem(STORED_AS + documentId) ?? '';
  } catch {
    return '';
  }
}
