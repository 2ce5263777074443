// The last screen: how it ended, the signer's copy where it was signed, and the way on.
import type { Words } from '../i18n/words.ts';
import { goTo } from '../leave.ts';
import { copyOffer, type Copies } from './copy.ts';
import { messageScreen, type MessageScreen } from './message.ts';

/** Long enough to read how it ended before the browser goes on. */
const LINGER_MS = 1_200;

/** Long enough to see that a copy can be had; whoever reaches for it stays as long as it takes. */
const LINGER_WITH_COPY_MS = 6_000;

export interface Ending {
  readonly how: 'signed' | 'canceled';
  readonly resultUrl: string;
}

export function endingScreen(words: Words, { how, resultUrl }: Ending, copies: Copies): MessageScreen {
  const offer = how === 'signed' ? copyOffer(words, copies) : undefined;
  const leave = (): void => {
    goTo(resultUrl);
  };
  const screen = messageScreen({
    tone: how === 'signed' ? 'good' : 'calm',
    title: words.say(`${how}.title`),
    body: words.say(`${how}.body`),
    ...(offer === undefined ? {} : { offer }),
    action: { label: words.say('sealing.leave'), act: leave },
  });
  const timer = window.setTimeout(leave, offer === undefined ? LINGER_MS : LINGER_WITH_COPY_MS);
  const stay = (): void => {
    window.clearTimeout(timer);
    screen.setBody(words.say('copy.stay'));
  };
  for (const sign of ['pointerdown', 'focusin', 'click'] as const) {
    offer?.addEventListener(sign, stay, { once: true });
  }
  return screen;
}
