// The file on its way: asked for as soon as the document is opened, before there is a screen to show it on.
import type { PageApi } from '../api/client.ts';

export class Loading {
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
  /** Stays when the bytes have moved to the PDF worker. */
  copy: Blob | undefined;
  onProgress: (part: number) => void = () => undefined;

  constructor(api: PageApi) {
    this.bytes = this.#load(api);
    // Awaited by the screen; until then its failure has no listener and would be reported twice.
    this.bytes.catch(() => undefined);
  }

  async #load(api: PageApi): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await api.file((part) => {
      this.onProgress(part);
    });
    this.copy = new Blob([bytes], { type: 'application/pdf' });
    return bytes;
  }
}
