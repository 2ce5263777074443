// Tells a fault in the signer's words: what happened, and what to do about it.
import type { Fault } from '../api/fault.ts';
import type { Words } from '../i18n/words.ts';

export interface Told {
  readonly title: string;
  readonly body: string;
  /** What helps whoever is asked for help. */
  readonly details: readonly string[];
  readonly canRetry: boolean;
}

export function telling(words: Words, fault: Fault): Told {
  const { kind, requestId } = fault;
  const id = requestId === undefined ? [] : [words.say('fault.request', { id: requestId })];
  switch (kind.is) {
    case 'ended':
      return {
        title: words.say(`ended.${kind.how}.title`),
        body: words.say(`ended.${kind.how}.body`),
        details: [],
        canRetry: false,
      };
    case 'refused': {
      const details = kind.detail === '' ? id : [kind.detail, ...id];
      return { title: words.say('refused.title'), body: words.say('refused.body'), details, canRetry: true };
    }
    // The pages of codes say more; this is where none of them is open.
    case 'code':
      return {
        title: words.say('refused.title'),
        body: words.say('code.expired'),
        details: id,
        canRetry: true,
      };
    default:
      return {
        title: words.say(`${kind.is}.title`),
        body: words.say(`${kind.is}.body`),
        details: kind.is === 'invalid' ? [] : id,
        canRetry: kind.is !== 'invalid',
      };
  }
}
