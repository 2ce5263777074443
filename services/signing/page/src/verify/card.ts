// One signature in words: a card.
import { el, icon } from '../dom.ts';
import type { Key } from './words/en.ts';
import type { Words } from './words/words.ts';
import type { Certificate, Change, Signature } from './types.ts';

export const TICK = 'M5 12.5l4.5 4.5L19 7.5';
export const CROSS = 'M6 6l12 12M18 6L6 18';
export const QUESTION = 'M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2M12 17.5v.1';

type Tone = 'good' | 'bad' | 'open';

/** How a signature stands by itself. */
export function toneOf(one: Signature): Tone {
  const { state } = one.integrity;
  if (state === 'digestMismatch' || state === 'signatureWrong') return 'bad';
  if (one.after === 'changed' || one.after === 'unknown' || one.coverage === 'suspicious') return 'bad';
  return state === 'whole' && one.trust.state === 'trusted' && !one.isWeak ? 'good' : 'open';
}

export function mark(tone: Tone): HTMLElement {
  const path = tone === 'good' ? TICK : tone === 'bad' ? CROSS : QUESTION;
  return el('span', { class: `mark mark-${tone}`, 'aria-hidden': 'true' }, icon(path, 2.4));
}

export function card(one: Signature, words: Words): HTMLElement {
  const heading = el('h2', {}, one.signer ?? words.say('signer.unknown'));
  const organisation = one.chain[0]?.organisation;
  return el(
    'article',
    { class: 'card' },
    el(
      'header',
      {},
      mark(toneOf(one)),
      el(
        'div',
        {},
        heading,
        el('p', { class: 'note' }, [words.say(`kind.${one.kind}`), organisation].filter(Boolean).join(' · ')),
      ),
    ),
    el('dl', {}, ...rows(one, words)),
    changes(told(one), words),
    chain(one.chain, words),
  );
}

function rows(one: Signature, words: Words): Node[] {
  return facts(one, words).flatMap(([key, text, tone]) => [
    el('dt', {}, words.say(key)),
    el('dd', { class: tone && `tone-${tone}` }, text),
  ]);
}

/** What is said of a signature, line by line. Of one that does not hold nothing good is said. */
export function facts(one: Signature, words: Words): [Key, string, (Tone | undefined)?][] {
  const page = one.page ?? undefined;
  const isTrusted = one.trust.state === 'trusted' && !isBroken(one);
  const all: [Key, string, (Tone | undefined)?][] = [
    ['row.when', when(one, words)],
    ['row.document', words.say(`document.${one.integrity.state}`), integrityTone(one)],
    ['row.trust', trust(one, words), isTrusted ? 'good' : 'open'],
    ['row.covers', words.say(`covers.${one.coverage}`), one.coverage === 'suspicious' ? 'bad' : undefined],
  ];
  const after = afterTone(one);
  if (!isBroken(one) || after === 'bad') all.push(['row.after', words.say(`after.${one.after}`), after]);
  if (one.revocation.state !== 'noData') {
    const tone = one.revocation.state === 'revoked' ? 'bad' : undefined;
    all.push(['row.revoked', words.say(`revoked.${one.revocation.state}`), tone]);
  }
  if (page !== undefined) all.push(['row.page', words.say('on.page', { n: page })]);
  if (one.reason) all.push(['row.reason', one.reason]);
  if (one.isWeak) all.push(['row.algorithms', `${words.say('weak')} (${one.algorithms ?? ''})`, 'bad']);
  return all;
}

function isBroken(one: Signature): boolean {
  return integrityTone(one) === 'bad';
}

/** The changes worth telling: what was allowed is of no comfort where the signed bytes are others. */
function told(one: Signature): readonly Change[] {
  return isBroken(one) ? one.changes.filter((change) => !change.isAllowed) : one.changes;
}

function integrityTone(one: Signature): Tone {
  if (one.integrity.state === 'whole') return 'good';
  return one.integrity.state === 'notChecked' ? 'open' : 'bad';
}

function afterTone(one: Signature): Tone {
  return one.after === 'changed' || one.after === 'unknown' ? 'bad' : 'good';
}

function when(one: Signature, words: Words): string {
  const { provenMs, stampedBy, isStampTrusted, claimedMs } = one.time;
  const moment = (ms: number) =>
    new Intl.DateTimeFormat(words.lang, { dateStyle: 'long', timeStyle: 'short' }).format(ms);
  if (provenMs != null) {
    const key = isStampTrusted ? 'when.proven' : 'when.stamped';
    return words.say(key, { time: moment(provenMs), who: stampedBy ?? '' });
  }
  return claimedMs == null
    ? words.say('when.unknown')
    : words.say('when.claimed', { time: moment(claimedMs) });
}

function trust(one: Signature, words: Words): string {
  if (one.trust.state === 'trusted') return words.say('trust.trusted', { name: one.trust.detail });
  const known: Partial<Record<string, Key>> = {
    unknownIssuer: 'trust.unknownIssuer',
    notValidThen: 'trust.notValidThen',
    revoked: 'trust.revoked',
  };
  return words.say(known[one.trust.detail] ?? 'trust.other');
}

function changes(all: readonly Change[], words: Words): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  return el('ul', { class: 'changes' }, ...all.map((change) => changeLine(change, words)));
}

function changeLine(change: Change, words: Words): HTMLElement {
  const where = [
    change.field ? `“${change.field}”` : undefined,
    change.page != null ? words.say('on.page', { n: change.page }) : undefined,
  ].filter((part) => part !== undefined);
  const tone = change.isAllowed ? 'good' : 'bad';
  const title = [change.detail, change.object ?? ''].filter((part) => part !== '').join(' · ');
  return el(
    'li',
    { title },
    el('span', { class: `chip chip-${tone}` }, words.say(change.isAllowed ? 'allowed' : 'refused')),
    el('span', {}, [words.say(`change.${change.kind}`), ...where].join(', ')),
  );
}

function chain(all: readonly Certificate[], words: Words): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  const day = (ms: number) => new Intl.DateTimeFormat(words.lang, { dateStyle: 'medium' }).format(ms);
  const lines = all.map((one) =>
    el(
      'li',
      {},
      el('strong', {}, one.name),
      el(
        'span',
        { class: 'note' },
        [
          words.say('issued', { name: one.issuer }),
          words.say('valid', { from: day(one.notBeforeMs), to: day(one.notAfterMs) }),
          one.key,
        ].join(' · '),
      ),
      el('code', {}, one.fingerprint),
    ),
  );
  return el('details', {}, el('summary', {}, words.say('row.chain')), el('ol', {}, ...lines));
}
