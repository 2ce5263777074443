// Starts the signing page: takes the link, and hands over to the journey.
import './styles/base.css';
import './styles/faces.css';
import './styles/shell.css';
import './styles/paper.css';
import './styles/dialog.css';
import './styles/pad.css';
import './styles/code.css';
import './styles/phone.css';
import './styles/copy.css';
import { PageApi } from './api/client.ts';
import { Fault } from './api/fault.ts';
import { guessLang } from './i18n/lang.ts';
import { loadWords } from './i18n/words.ts';
import { Journey } from './journey.ts';
import { PassKeeper, takeLink } from './link.ts';
import { faultMessage, messageScreen } from './screens/message.ts';
import { telling } from './screens/telling.ts';

async function start(root: HTMLElement): Promise<void> {
  const link = takeLink({ location: window.location, history: window.history, storage: storage() });
  const lang = guessLang(navigator.languages);
  document.documentElement.lang = lang;
  const words = loadWords(lang);
  if (link === undefined) {
    const told = telling(await words, new Fault({ is: 'invalid' }));
    const retry = { label: (await words).say('retry'), act: () => undefined };
    root.replaceChildren(messageScreen(faultMessage(told, retry)).root);
    return;
  }
  const pass = new PassKeeper(storage(), link.documentId);
  await new Journey(root, new PageApi(link, pass), words).start();
}

// Even to name it throws where the browser forbids storage.
function storage(): Storage | undefined {
  try {
    return window.sessionStorage;
  } catch {
    return undefined;
  }
}

const root = document.getElementById('app');
if (root !== null) void start(root);
