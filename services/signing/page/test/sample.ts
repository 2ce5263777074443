// Openings and fields for tests, complete but for what a test cares about.
import type { CodeStatus, Field, Opening, Rules, Stroke } from '../src/api/types.ts';
import { inkSignature, type InkSignature } from '../src/ink/signature.ts';

const RULES: Rules = {
  signAnywhereEnabled: false,
  mouseSignature: true,
  guiRequestSignerName: false,
  guiSignerName: '',
  guiSignerDate: '',
  guiSignatureNumber: 1,
  guiAutoSubmit: false,
  guiOneButton: false,
  guiOpenSignature: false,
  guiReadRequired: false,
  guiRemoteQRCodeEnabled: true,
};

export function aField(name: string, change: Partial<Field> = {}): Field {
  return {
    name,
    type: 'text',
    required: true,
    signed: false,
    readOnly: false,
    value: '',
    options: [],
    widgets: [{ page: 1, x: 60, y: 700, width: 150, height: 20 }],
    ...change,
  };
}

export function anOpening(fields: readonly Field[], rules: Partial<Rules> = {}): Opening {
  return {
    documentId: 'd',
    signatureRequestId: 'r',
    filename: 'contract.pdf',
    tenantName: 'Tatra Leasing',
    lang: 'en',
    digest: 'ab'.repeat(32),
    pages: 3,
    rules: { ...RULES, ...rules },
    keepRawInk: false,
    senderData: false,
    fields,
    opening: 'o',
    signCode: false,
  };
}

export function aStatus(change: Partial<CodeStatus> = {}): CodeStatus {
  return {
    step: 'open',
    channel: 'email',
    to: 'j***@e***.com',
    digits: 6,
    tenantName: 'Tatra Leasing',
    lang: 'en',
    validSeconds: 0,
    resendSeconds: 0,
    lockedSeconds: 0,
    attemptsLeft: 5,
    ...change,
  };
}

export const STROKE: Stroke = {
  pointer: 'touch',
  points: [
    [10, 20, 0, 0.5, 0, 0],
    [60, 40, 16, 0.5, 0, 0],
    [110, 20, 32, 0.5, 0, 0],
  ],
};

export const anInk = (): InkSignature => inkSignature([STROKE], { width: 358, height: 210 });
