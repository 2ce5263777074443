// Leads one signer from the link to the result: open, sign, send, wait for the seal, go on.
import { timeZone, type PageApi } from './api/client.ts';
import { Fault, toFault } from './api/fault.ts';
import type { Opening, Standing } from './api/types.ts';
import { Codes, requiredCode } from './code/codes.ts';
import { proveDigest } from './digest.ts';
import { showFailed } from './dialogs/failed.ts';
import { tellParent } from './embed.ts';
import { loadWords, type Words } from './i18n/words.ts';
import { goTo, reload } from './leave.ts';
import { Session } from './model/session.ts';
import { loadLibrary, PdfFile } from './pdf/file.ts';
import { Loading } from './pdf/loading.ts';
import { offersPhone, Phone } from './phone/phone.ts';
import { endingScreen, type Ending } from './screens/ending.ts';
import { faultMessage, messageScreen, type Message, type MessageScreen } from './screens/message.ts';
import { SigningScreen } from './screens/signing.ts';
import { telling } from './screens/telling.ts';
import { SLOW_AFTER_MS, watchSeal } from './sealing.ts';
import { download } from './view/download.ts';
import { titleOf } from './view/header.ts';

/** As sharp as a picture needs to be that is looked at for a second. */
const PREVIEW_DENSITY = 2;
const PREVIEW_MAX_WIDTH = 960;

/** A tab that a script did not open stays; then the page says what can be done. */
const CLOSE_MS = 200;

export class Journey {
  readonly #root: HTMLElement;
  readonly #api: PageApi;
  readonly #codes: Codes;
  readonly #loadingWords: Promise<Words>;
  #words!: Words;
  /** Of whom it is asked how far it has come: on the page that waits for a phone, what is told of it there. */
  #asks: Pick<PageApi, 'standing'>;
  #phone: Phone | undefined;
  #filename = '';
  #warnsOnLeave = false;

  constructor(root: HTMLElement, api: PageApi, words: Promise<Words>) {
    this.#root = root;
    this.#api = api;
    this.#asks = api;
    this.#codes = new Codes(api);
    this.#loadingWords = words;
  }

  async start(): Promise<void> {
    const library = loadLibrary();
    // Awaited below; until then its failure has no listener and would be reported twice.
    library.catch(() => undefined);
    const { opening, preview } = this.#ask();
    try {
      this.#words = await this.#loadingWords;
      await this.#open({ opening, preview }, library);
    } catch (error) {
      await this.#failed(toFault(error));
    }
  }

  async #open(asked: Asked, library: ReturnType<typeof loadLibrary>): Promise<void> {
    let opening: Opening;
    try {
      opening = await asked.opening;
    } catch (error) {
      const fault = toFault(error);
      if (requiredCode(fault) !== 'open') throw fault;
      await this.#askToOpen();
      await this.#open(this.#ask(), library);
      return;
    }
    await this.#sign(opening, library, asked.preview);
  }

  #ask(): Asked {
    const opening = this.#api.open();
    // Awaited by whoever asked; until then its failure has no listener and would be reported twice.
    opening.catch(() => undefined);
    const preview = this.#api.firstPage(previewWidth());
    // Only a foretaste: without it the page waits for the file, as it always may.
    preview.catch(() => undefined);
    return { opening, preview };
  }

  /** Nothing of the document is shown before this is over. */
  async #askToOpen(): Promise<void> {
    const status = await this.#api.codeStatus('open');
    this.#words = await loadWords(status.lang);
    document.documentElement.lang = status.lang;
    document.title = `${this.#words.say('code.open.title')} · ${status.tenantName}`;
    await new Promise<void>((resolve, reject) => {
      const screen = this.#codes.toOpen(this.#words, status, { passed: resolve, failed: reject });
      this.#show(screen.root);
      screen.start();
    });
  }

  async #sign(
    opening: Opening,
    library: ReturnType<typeof loadLibrary>,
    preview: Promise<Blob>,
  ): Promise<void> {
    tellParent('opened');
    const loading = new Loading(this.#api);
    await this.#speak(opening);
    const session = new Session(opening);
    const phone = offersPhone(opening) ? this.#offerPhone() : undefined;
    const screen: SigningScreen = new SigningScreen(this.#words, session, {
      submit: () => void this.#submit(session, screen),
      cancel: (reason) => void this.#cancel(reason, screen),
      close: () => {
        this.#close(screen);
      },
      download: () => {
        if (loading.copy !== undefined) download(loading.copy, opening.filename);
      },
      phone:
        phone === undefined
          ? undefined
          : () => {
              phone.show(session.isTouched);
            },
      now: () => new Date(),
    });
    this.#show(screen.root);
    preview.then(
      (picture) => {
        screen.preview(picture);
      },
      () => undefined,
    );
    this.#warnOnLeave(session);
    loading.onProgress = (part) => {
      screen.guide.loaded(part);
    };
    const bytes = await loading.bytes;
    await proveDigest(bytes, opening.digest);
    await screen.show(await PdfFile.open(await library, bytes));
  }

  #offerPhone(): Phone {
    const phone = new Phone(this.#api, this.#words, {
      over: (standing) => {
        this.#asks = phone;
        this.#settle(standing).catch((error: unknown) => void this.#failed(toFault(error)));
      },
      ended: (fault) => void this.#failed(fault),
    });
    this.#phone = phone;
    return phone;
  }

  async #speak(opening: Opening): Promise<void> {
    this.#words = await loadWords(opening.lang);
    this.#filename = opening.filename;
    document.documentElement.lang = opening.lang;
    document.title = `${titleOf(opening.filename)} · ${opening.tenantName}`;
  }

  async #submit(session: Session, screen: SigningScreen): Promise<void> {
    await this.#sendOnce(session, screen, () => this.#codes.isConfirmed(this.#words, session.opening));
  }

  // Whatever the codes come to, what was filled in and drawn stays.
  async #sendOnce(
    session: Session,
    screen: SigningScreen,
    isConfirmed: () => Promise<boolean>,
  ): Promise<void> {
    try {
      if (!(await isConfirmed())) return;
    } catch (error) {
      const fault = toFault(error);
      if (isOver(fault)) await this.#failed(fault);
      else showFailed(this.#words, fault, () => void this.#submit(session, screen));
      return;
    }
    await this.#send(session, screen);
  }

  async #send(session: Session, screen: SigningScreen): Promise<void> {
    const back = this.#leave(screen);
    this.#tell({ tone: 'busy', title: this.#words.say('sending.title'), body: '' });
    try {
      const resultUrl = await this.#api.submit(
        session.toSubmission({
          locale: navigator.language,
          timeZone: timeZone(),
        }),
        this.#codes.confirmation,
      );
      tellParent('submitted');
      await this.#waitForSeal(resultUrl);
    } catch (error) {
      const fault = toFault(error);
      const standing = await this.#standingAfter(fault);
      if (standing !== undefined) {
        await this.#settle(standing);
        return;
      }
      if (isOver(fault)) {
        await this.#failed(fault);
        return;
      }
      back();
      const step = requiredCode(fault);
      if (step !== undefined) {
        const again = (): Promise<boolean> => this.#codes.again(this.#words, step, session.opening);
        await this.#sendOnce(session, screen, again);
        return;
      }
      showFailed(this.#words, fault, () => void this.#submit(session, screen));
    }
  }

  // An answer can be lost on its way after the act was done: the server knows.
  async #standingAfter(fault: Fault): Promise<Standing | undefined> {
    if (fault.kind.is === 'refused' || fault.kind.is === 'invalid') return undefined;
    // What ended by no act of this page, ended on the phone that it was continued on.
    const isOvertaken = fault.kind.is === 'state' || fault.kind.is === 'ended';
    if (isOvertaken && this.#phone?.isFollowed === true) this.#asks = this.#phone;
    try {
      const standing = await this.#asks.standing();
      return standing.state === 'tosign' ? undefined : standing;
    } catch {
      return undefined;
    }
  }

  async #waitForSeal(resultUrl: string): Promise<void> {
    this.#warnsOnLeave = false;
    const watch = watchSeal(this.#asks);
    const screen = this.#tell({
      tone: 'busy',
      title: this.#words.say('sealing.title'),
      body: this.#words.say('sealing.body'),
      action: {
        label: this.#words.say('sealing.leave'),
        act: () => {
          watch.stop();
          goTo(resultUrl);
        },
      },
    });
    const slow = window.setTimeout(() => {
      screen.setBody(this.#words.say('sealing.slow'));
    }, SLOW_AFTER_MS);
    try {
      await this.#settle(await watch.settled);
    } finally {
      window.clearTimeout(slow);
    }
  }

  async #settle(standing: Standing): Promise<void> {
    this.#warnsOnLeave = false;
    switch (standing.state) {
      case 'sealing':
        await this.#waitForSeal(standing.resultUrl);
        break;
      case 'signed':
        tellParent('signed', standing.resultUrl);
        this.#end('signed', standing.resultUrl);
        break;
      case 'canceled':
        tellParent('canceled', standing.resultUrl);
        this.#end('canceled', standing.resultUrl);
        break;
      case 'tosign':
        this.#tell({
          tone: 'bad',
          title: this.#words.say('unsealed.title'),
          body: this.#words.say('unsealed.body'),
          action: { label: this.#words.say('retry'), act: reload },
        });
        break;
    }
  }

  #end(how: Ending['how'], resultUrl: string): void {
    const screen = endingScreen(
      this.#words,
      { how, resultUrl },
      {
        filename: this.#filename,
        load: () => this.#api.signedCopy(),
        mail: (to) => this.#api.mailCopy(to),
      },
    );
    this.#present(screen);
  }

  async #cancel(reason: string, screen: SigningScreen): Promise<void> {
    const back = this.#leave(screen);
    this.#tell({ tone: 'busy', title: this.#words.say('cancel.title'), body: '' });
    try {
      const resultUrl = await this.#api.cancel(reason, navigator.language);
      await this.#settle({ state: 'canceled', resultUrl });
    } catch (error) {
      const fault = toFault(error);
      const standing = await this.#standingAfter(fault);
      if (standing !== undefined) {
        await this.#settle(standing);
        return;
      }
      back();
      showFailed(this.#words, fault, () => void this.#cancel(reason, screen));
    }
  }

  /** Leaves without ending anything: the document waits, the link stays good. */
  #close(screen: SigningScreen): void {
    const back = this.#leave(screen);
    this.#warnsOnLeave = false;
    tellParent('closed');
    window.close();
    window.setTimeout(() => {
      this.#tell({
        tone: 'calm',
        title: this.#words.say('closed.title'),
        body: this.#words.say('closed.body'),
        action: {
          label: this.#words.say('closed.back'),
          act: () => {
            this.#warnsOnLeave = true;
            back();
          },
        },
      });
    }, CLOSE_MS);
  }

  async #failed(fault: Fault): Promise<void> {
    this.#warnsOnLeave = false;
    const standing = fault.kind.is === 'state' ? await this.#standingAfter(fault) : undefined;
    if (standing !== undefined) {
      await this.#settle(standing);
      return;
    }
    tellParent('failed');
    this.#tell(faultMessage(telling(this.#words, fault), { label: this.#words.say('retry'), act: reload }));
  }

  #tell(message: Message): MessageScreen {
    return this.#present(messageScreen(message));
  }

  #present(screen: MessageScreen): MessageScreen {
    this.#show(screen.root);
    screen.root.querySelector('h1')?.focus();
    return screen;
  }

  #show(screen: HTMLElement): void {
    this.#root.replaceChildren(screen);
  }

  // The screen is kept as it is, ink and all, until it is certain that it is not needed again.
  #leave(screen: SigningScreen): () => void {
    const scrolled = window.scrollY;
    this.#phone?.hold();
    return () => {
      this.#phone?.resume();
      this.#show(screen.root);
      window.scrollTo({ top: scrolled, behavior: 'instant' });
    };
  }

  #warnOnLeave(session: Session): void {
    this.#warnsOnLeave = true;
    window.addEventListener('beforeunload', (event) => {
      if (this.#warnsOnLeave && session.isTouched) event.preventDefault();
    });
  }
}

/** What the document is opened with. */
interface Asked {
  readonly opening: Promise<Opening>;
  readonly preview: Promise<Blob>;
}

/** Whether nothing the signer can do here mends it. */
function isOver({ kind }: Fault): boolean {
  return kind.is === 'ended' || kind.is === 'state' || kind.is === 'invalid';
}

function previewWidth(): number {
  const density = Math.min(window.devicePixelRatio, PREVIEW_DENSITY);
  return Math.min(Math.ceil(window.innerWidth * density), PREVIEW_MAX_WIDTH);
}
