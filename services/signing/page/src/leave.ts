// Where the browser goes from here.

export function reload(): void {
  window.location.reload();
}

// Only the web: an address that runs as a script here would be ours to answer for.
export function goTo(address: string): void {
  const url = new URL(address, window.location.href);
  if (url.protocol === 'https:' || url.protocol === 'http:') window.location.assign(url);
}
