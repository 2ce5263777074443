// A modal of ours: Mantine's behaviour (focus, Escape, scroll lock), our heading. Its own header element would
// count as a second banner of the page.
import { Modal } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { useWords } from "@/words";
import classes from "./Dialog.module.css";

interface DialogProps {
  title: string;
  onClose: () => void;
  size?: number;
  /** For what is seen once: only its own button closes it. */
  insistent?: boolean;
  children: ReactNode;
}

export function Dialog({ title, onClose, size = 480, insistent, children }: DialogProps) {
  const { t } = useWords();
  const [opener] = useState(() => document.activeElement);

  // Pages mount a dialog when they need it and drop it afterwards; Mantine gives the focus back only on closing.
  useEffect(
    () => () => {
      setTimeout(() => {
        const target = opener?.isConnected ? opener : document.querySelector("main");
        if (target instanceof HTMLElement) target.focus({ preventScroll: true });
      });
    },
    [opener],
  );

  return (
    <Modal.Root
      returnFocus={false}
      opened
      centered
      radius="lg"
      onClose={onClose}
      size={size}
      closeOnClickOutside={!insistent}
      closeOnEscape={!insistent}
    >
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          {insistent ? null : <Modal.CloseButton aria-label={t.act.close} />}
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
