// Starts the page on which anybody has a PDF verified.
import '../styles/base.css';
import './verify.css';
import { VerifyPage } from './page.ts';
import { loadWords } from './words/words.ts';

async function start(root: HTMLElement): Promise<void> {
  const words = await loadWords(window.location.search, navigator.languages);
  document.documentElement.lang = words.lang;
  new VerifyPage(root, words).start();
}

const root = document.getElementById('app');
if (root !== null) void start(root);
