// Plain pages with one thing to say: how it ended, what went wrong, or what is under way.
import { el, icon } from '../dom.ts';
import { mainButton } from '../view/dialog.ts';
import type { Told } from './telling.ts';

export type Tone = 'good' | 'bad' | 'calm' | 'busy';

const SIGNS: Readonly<Record<Exclude<Tone, 'busy'>, string>> = {
  good: 'M5 12.5l4.5 4.5L19 7.5',
  bad: 'M12 6v7M12 17.5h.01',
  calm: 'M12 6.5h.01M12 11v7',
};

export interface Message {
  readonly tone: Tone;
  readonly title: string;
  readonly body: string;
  readonly details?: readonly string[];
  /** What else can be done here. */
  readonly offer?: HTMLElement;
  readonly action?: { readonly label: string; readonly act: () => void };
}

export interface MessageScreen {
  readonly root: HTMLElement;
  setBody(text: string): void;
}

export function messageScreen(message: Message): MessageScreen {
  const body = el('p', {}, message.body);
  const heading = el('h1', { tabindex: -1 }, message.title);
  const { action } = message;
  const sign =
    message.tone === 'busy'
      ? el(
          'div',
          { class: 'track track-busy', role: 'progressbar', 'aria-label': message.title },
          el('span', { class: 'bar' }),
        )
      : el(
          'span',
          { class: `sign sign-${message.tone}`, 'aria-hidden': 'true' },
          icon(SIGNS[message.tone], 2.4),
        );
  const root = el(
    'main',
    { class: 'message' },
    el(
      'div',
      { class: 'message-card' },
      sign,
      el('div', { 'aria-live': 'polite' }, heading, body),
      ...(message.details ?? []).map((detail) => el('p', { class: 'note' }, detail)),
      message.offer,
      action === undefined ? undefined : mainButton(action.label, action.act),
    ),
  );
  return {
    root,
    setBody(text) {
      if (body.textContent !== text) body.textContent = text;
    },
  };
}

export function faultMessage(told: Told, retry: { label: string; act: () => void }): Message {
  return {
    tone: told.canRetry ? 'bad' : 'calm',
    title: told.title,
    body: told.body,
    details: told.details,
    ...(told.canRetry ? { action: retry } : {}),
  };
}
