import { describe, expect, it } from 'vitest';
import { isChecked } from '../src/model/fields.ts';
import { Session } from '../src/model/session.ts';
import { typedSignature } from '../src/ink/signature.ts';
import { aField, anInk, anOpening } from './sample.ts';

const WHERE = { locale: 'sk-SK', timeZone: 'Europe/Bratislava' };
const PLACE = { page: 2, x: 10, y: 10, width: 150, height: 50 };

describe('Submit is allowed', () => {
  it('exactly when every required visible field is done', () => {
    const session = new Session(
      anOpening([
        aField('TC_place'),
        aField('CC_terms', { type: 'checkbox' }),
        aField('RC_way', { type: 'radio' }),
        aField('CBC_town', { type: 'combobox' }),
        aField('_S1_', { type: 'signature' }),
        aField('TO_note', { required: false }),
      ]),
    );
    session.setValue('TC_place', 'Poprad');
    session.setValue('CC_terms', '1');
    session.setValue('RC_way', 'mail');
    session.setValue('CBC_town', 'PP');
    expect(session.isComplete).toBe(false);
    session.sign('_S1_', anInk());
    expect(session.isComplete).toBe(true);
    session.setValue('CC_terms', '0');
    expect(session.isComplete).toBe(false);
  });

  it('at once where nothing is required', () => {
    expect(new Session(anOpening([aField('TO_note', { required: false })])).isComplete).toBe(true);
  });

  it('not by blanks in a required text', () => {
    const session = new Session(anOpening([aField('TC_place')]));
    session.setValue('TC_place', '   ');
    expect(session.isComplete).toBe(false);
  });

  it('without hidden, locked and already signed fields', () => {
    const nowhere = [{ page: 1, x: 0, y: 0, width: 0, height: 0 }];
    const beyond = [{ page: 9, x: 0, y: 0, width: 100, height: 20 }];
    const session = new Session(
      anOpening([
        aField('hidden', { widgets: nowhere }),
        aField('beyond', { widgets: beyond }),
        aField('locked', { readOnly: true }),
        aField('_S1_', { type: 'signature', signed: true }),
      ]),
    );
    expect(session.tasks).toEqual([]);
  });

  it('when a pre-filled value already fills a field', () => {
    expect(new Session(anOpening([aField('TC_place', { value: 'Poprad' })])).isComplete).toBe(true);
  });

  it('only after the end was reached, where the sender demands reading', () => {
    const session = new Session(anOpening([], { guiReadRequired: true }));
    expect([session.isComplete, session.maySign]).toEqual([false, false]);
    session.markRead();
    expect([session.isComplete, session.maySign]).toEqual([true, true]);
  });

  it('once as many signatures are placed as the sender asks for', () => {
    const session = new Session(anOpening([], { signAnywhereEnabled: true, guiSignatureNumber: 2 }));
    const first = session.put(PLACE, anInk());
    expect(session.isComplete).toBe(false);
    session.put(PLACE, anInk());
    expect(session.isComplete).toBe(true);
    session.remove(first.id);
    expect(session.isComplete).toBe(false);
  });

  it('without placed signatures where the document brings its own places to sign', () => {
    const session = new Session(
      anOpening([aField('_S1_', { type: 'signature' })], { signAnywhereEnabled: true }),
    );
    session.sign('_S1_', anInk());
    expect(session.isComplete).toBe(true);
  });

  it('only with a placed signature when all fields of the document were signed in earlier rounds', () => {
    const session = new Session(
      anOpening([aField('_S1_', { type: 'signature', signed: true })], { signAnywhereEnabled: true }),
    );
    expect(session.tasks).toEqual([{ what: 'place', nth: 1, done: false }]);
  });
});

it('the tasks follow the document: page by page, from the upper left', () => {
  const at = (page: number, x: number, y: number) => [{ page, x, y, width: 100, height: 20 }];
  const session = new Session(
    anOpening([
      aField('last', { widgets: at(2, 0, 700) }),
      aField('right', { widgets: at(1, 300, 700) }),
      aField('below', { widgets: at(1, 0, 100) }),
      aField('left', { widgets: at(1, 0, 700) }),
    ]),
  );
  const names = session.tasks.map((task) => (task.what === 'field' ? task.field.name : task.what));
  expect(names).toEqual(['left', 'right', 'below', 'last']);
});

describe('a submission', () => {
  it('carries the digest, the values of open fields and the signatures', () => {
    const ink = anInk();
    const session = new Session(
      anOpening(
        [
          aField('TC_place'),
          aField('locked', { readOnly: true, value: 'x' }),
          aField('_S1_', { type: 'signature' }),
        ],
        { signAnywhereEnabled: true, guiSignerName: 'Jozef Novák' },
      ),
    );
    session.setValue('TC_place', 'Poprad');
    session.sign('_S1_', typedSignature(' Jozef Novák '));
    session.put(PLACE, ink);
    expect(session.toSubmission(WHERE)).toEqual({
      digest: 'ab'.repeat(32),
      signerName: 'Jozef Novák',
      ...WHERE,
      fields: { TC_place: 'Poprad' },
      signatures: [
        { field: '_S1_', kind: 'typed', text: 'Jozef Novák', strokes: [], pad: { width: 150, height: 50 } },
        { place: PLACE, kind: 'ink', strokes: ink.strokes, pad: ink.pad },
      ],
      keepRawInk: false,
    });
  });

  it('says nothing of a name that nobody gave', () => {
    expect(new Session(anOpening([])).toSubmission(WHERE)).not.toHaveProperty('signerName');
  });
});

it('a round without the mouse is one without typing', () => {
  expect(new Session(anOpening([], { mouseSignature: false })).mayType).toBe(false);
});

it('a change is told to those who listen, and only a change', () => {
  const session = new Session(anOpening([aField('TC_place')]));
  let told = 0;
  session.onChange(() => {
    told += 1;
  });
  session.setValue('TC_place', 'Poprad');
  session.setValue('TC_place', 'Poprad');
  session.remove(7);
  expect(told).toBe(1);
});

it('knows the ways in which a PDF says that a box is ticked', () => {
  expect(['1', 'Yes', 'On', 'true'].every(isChecked)).toBe(true);
  expect(['', '0', 'Off', 'false', 'No'].some(isChecked)).toBe(false);
});
