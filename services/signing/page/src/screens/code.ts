// The page before the document, where the sender asks for a code to open it.
import { CodePanel, type CodeCalls, type CodeHandlers } from '../code/panel.ts';
import type { CodeStatus } from '../api/types.ts';
import { el, icon } from '../dom.ts';
import type { Words } from '../i18n/words.ts';

const LOCK = 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z';

export interface CodeScreen {
  readonly root: HTMLElement;
  /** Once it is on the page. */
  start(): void;
}

export function codeScreen(
  words: Words,
  status: CodeStatus,
  calls: CodeCalls,
  handlers: CodeHandlers,
): CodeScreen {
  const panel = new CodePanel(words, status, calls, handlers);
  const root = el(
    'main',
    { class: 'message' },
    el(
      'div',
      { class: 'message-card code-card' },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, icon(LOCK)),
      el('h1', { tabindex: -1 }, words.say('code.open.title')),
      panel.root,
    ),
  );
  return {
    root,
    start() {
      panel.start();
    },
  };
}
