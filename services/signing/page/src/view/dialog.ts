// Modal dialogs on the browser's own element: it keeps focus inside, closes on Escape and gives focus back.
import { button, el } from '../dom.ts';

export interface Modal {
  readonly root: HTMLDialogElement;
  open(): void;
  close(): void;
}

let nextId = 1;

export interface ModalOptions {
  readonly className: string;
  readonly title: string;
  readonly role?: 'alertdialog';
  readonly onClosed?: () => void;
  /** Whether a press beside the dialog may close it; Escape always does. */
  readonly mayDismiss?: () => boolean;
}

/** A dialog that leaves the page once it is closed, whatever closed it. */
export function modal(options: ModalOptions, ...children: readonly (Node | undefined)[]): Modal {
  const id = `dialog-${String(nextId)}`;
  nextId += 1;
  const heading = el('h2', { id, class: 'dialog-title' }, options.title);
  const root = el(
    'dialog',
    { class: `dialog ${options.className}`, 'aria-labelledby': id, role: options.role },
    heading,
    ...children,
  );
  // A press beside the dialog closes it; one that began inside (a drag) does not.
  let pressedBeside = false;
  root.addEventListener('pointerdown', (event) => {
    pressedBeside = event.target === root;
  });
  root.addEventListener('click', (event) => {
    if (event.target === root && pressedBeside && (options.mayDismiss?.() ?? true)) root.close();
  });
  root.addEventListener('close', () => {
    root.remove();
    options.onClosed?.();
  });
  return {
    root,
    open() {
      document.body.append(root);
      root.showModal();
    },
    close() {
      root.close();
    },
  };
}

/** Closes every dialog: the page goes on to something else. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}

/** The row of buttons that ends a dialog. */
export function dialogActions(...buttons: readonly (Node | undefined)[]): HTMLElement {
  return el('div', { class: 'dialog-actions' }, ...buttons);
}

export function quietButton(label: string, onPress: () => void): HTMLButtonElement {
  return button(label, { class: 'button' }, onPress);
}

export function mainButton(label: string, onPress: () => void): HTMLButtonElement {
  return button(label, { class: 'button button-main' }, onPress);
}
