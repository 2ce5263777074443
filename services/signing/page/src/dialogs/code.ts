// Asks for a code over the document: what was filled in and drawn stays as it is behind it.
import type { CodeStatus, CodeStep } from '../api/types.ts';
import type { Fault } from '../api/fault.ts';
import { CodePanel, type CodeCalls } from '../code/panel.ts';
import type { Words } from '../i18n/words.ts';
import { dialogActions, modal, quietButton } from '../view/dialog.ts';

/** True once the code was right; false where the signer went back to the document. */
export function askCode(
  words: Words,
  step: CodeStep,
  status: CodeStatus,
  calls: CodeCalls,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let hasPassed = false;
    let fault: Fault | undefined;
    const panel = new CodePanel(words, status, calls, {
      passed: () => {
        hasPassed = true;
        made.close();
      },
      failed: (why) => {
        fault = why;
        made.close();
      },
    });
    const made = modal(
      {
        className: 'dialog-form code-dialog',
        title: words.say(`code.${step}.title`),
        // A press beside it must not lose a code that is on its way.
        mayDismiss: () => false,
        onClosed: () => {
          panel.stop();
          if (fault === undefined) resolve(hasPassed);
          else reject(fault);
        },
      },
      panel.root,
      dialogActions(
        quietButton(words.say('cancel.back'), () => {
          made.close();
        }),
      ),
    );
    made.open();
    panel.start();
  });
}
