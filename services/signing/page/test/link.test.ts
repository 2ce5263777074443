import { describe, expect, it } from 'vitest';
import { takeLink, type LinkPlace } from '../src/link.ts';

function aPlace(address: string, stored: Record<string, string> = {}) {
  const url = new URL(address, 'http://127.0.0.1:8080');
  const shown: string[] = [];
  const place: LinkPlace = {
    location: url,
    history: {
      replaceState: (_state, _title, next) => {
        shown.push(String(next));
      },
    },
    storage: {
      getItem: (key) => stored[key] ?? null,
      setItem: (key, value) => {
        stored[key] = value;
      },
    },
  };
  return { place, shown, stored };
}

describe('the link', () => {
  it('gives its token, leaves the address bar without it, and is remembered for this tab', () => {
    const { place, shown, stored } = aPlace('/viewDocument?id=doc-1#s=secret');
    expect(takeLink(place)).toEqual({ documentId: 'doc-1', token: 'secret' });
    expect(shown).toEqual(['/viewDocument?id=doc-1']);
    expect(stored).toEqual({ 'okd.token.doc-1': 'secret' });
  });

  it('survives a reload, when the fragment is gone', () => {
    const { place } = aPlace('/viewDocument?id=doc-1', { 'okd.token.doc-1': 'secret' });
    expect(takeLink(place)?.token).toBe('secret');
  });

  it('prefers the token it carries to one from before', () => {
    const { place } = aPlace('/viewDocument?id=doc-1#s=new', { 'okd.token.doc-1': 'old' });
    expect(takeLink(place)?.token).toBe('new');
  });

  it('does not open one document with the token of another', () => {
    const { place } = aPlace('/viewDocument?id=doc-2', { 'okd.token.doc-1': 'secret' });
    expect(takeLink(place)).toBeUndefined();
  });

  it('is nothing without a document, and still leaves the address bar', () => {
    const { place, shown } = aPlace('/viewDocument#s=secret');
    expect(takeLink(place)).toBeUndefined();
    expect(shown).toEqual(['/viewDocument']);
  });

  it('opens where storage is forbidden', () => {
    const { place } = aPlace('/viewDocument?id=doc-1#s=secret');
    const forbidden = (): never => {
      throw new DOMException('denied', 'SecurityError');
    };
    const closed = { ...place, storage: { getItem: forbidden, setItem: forbidden } };
    expect(takeLink(closed)?.token).toBe('secret');
    expect(takeLink({ ...place, storage: undefined })?.token).toBe('secret');
  });
});
