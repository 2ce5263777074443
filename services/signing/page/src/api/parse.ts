// Reads what the page API answered into types that cannot be wrong; a shape we do not know is an error here, not later.
import { toLang } from '../i18n/lang.ts';
import type {
  Choice,
  CodeChannel,
  CodeStatus,
  CodeStep,
  Field,
  FieldType,
  Opening,
  PhoneStanding,
  Rules,
  Standing,
  SubmissionState,
  Widget,
} from './types.ts';

type Bag = Readonly<Record<string, unknown>>;

const FIELD_TYPES: readonly FieldType[] = ['signature', 'text', 'checkbox', 'radio', 'combobox'];
const STEPS: readonly CodeStep[] = ['open', 'sign'];
const CHANNELS: readonly CodeChannel[] = ['email', 'sms', 'fixed'];
const STATES: readonly SubmissionState[] = ['sealing', 'signed', 'canceled', 'tosign'];

export function parseOpening(answer: unknown): Opening {
  const bag = toBag(answer, 'opening');
  return {
    documentId: toText(bag, 'documentId'),
    signatureRequestId: toText(bag, 'signatureRequestId'),
    filename: toText(bag, 'filename'),
    tenantName: toText(bag, 'tenantName'),
    lang: toLang(toText(bag, 'lang')) ?? 'sk',
    digest: toText(bag, 'digest').toLowerCase(),
    pages: toNumber(bag, 'pages'),
    rules: parseRules(toBag(bag['rules'] ?? {}, 'rules')),
    keepRawInk: bag['keepRawInk'] === true,
    senderData: bag['senderData'] === true,
    fields: toList(bag['fields'] ?? [], 'fields').map(parseField),
    opening: toTextOr(bag, 'opening', ''),
    signCode: bag['signCode'] === true,
  };
}

export function parseCodeStatus(answer: unknown): CodeStatus {
  const bag = toBag(answer, 'code');
  const step = STEPS.find((known) => known === bag['step']);
  const channel = CHANNELS.find((known) => known === bag['channel']);
  if (step === undefined || channel === undefined) throw new TypeError('unknown kind of code');
  return {
    step,
    channel,
    to: toTextOr(bag, 'to', ''),
    digits: channel === 'fixed' ? undefined : toNumber(bag, 'digits'),
    tenantName: toTextOr(bag, 'tenantName', ''),
    lang: toLang(toText(bag, 'lang')) ?? 'sk',
    validSeconds: bag['validSeconds'] === undefined ? 0 : toNumber(bag, 'validSeconds'),
    resendSeconds: toNumber(bag, 'resendSeconds'),
    lockedSeconds: toNumber(bag, 'lockedSeconds'),
    attemptsLeft: toNumber(bag, 'attemptsLeft'),
  };
}

export function parsePass(answer: unknown): string {
  return toText(toBag(answer, 'pass'), 'pass');
}

export function parseStanding(answer: unknown): Standing {
  const bag = toBag(answer, 'submission');
  const state = STATES.find((known) => known === bag['state']);
  if (state === undefined) throw new TypeError(`unknown submission state: ${String(bag['state'])}`);
  return { state, resultUrl: toText(bag, 'resultUrl') };
}

export function parsePhone(answer: unknown): PhoneStanding {
  const bag = toBag(answer, 'phone');
  return { ...parseStanding(answer), link: toTextOr(bag, 'link', ''), opened: bag['opened'] === true };
}

export function parseResultUrl(answer: unknown): string {
  return toText(toBag(answer, 'answer'), 'resultUrl');
}

// An absent rule takes the contract's default.
function parseRules(bag: Bag): Rules {
  return {
    signAnywhereEnabled: bag['signAnywhereEnabled'] !== false,
    mouseSignature: bag['mouseSignature'] !== false,
    guiRequestSignerName: bag['guiRequestSignerName'] === true,
    guiSignerName: toTextOr(bag, 'guiSignerName', ''),
    guiSignerDate: toTextOr(bag, 'guiSignerDate', ''),
    guiSignatureNumber: typeof bag['guiSignatureNumber'] === 'number' ? bag['guiSignatureNumber'] : 1,
    guiAutoSubmit: bag['guiAutoSubmit'] === true,
    guiOneButton: bag['guiOneButton'] === true,
    guiOpenSignature: bag['guiOpenSignature'] === true,
    guiReadRequired: bag['guiReadRequired'] === true,
    guiRemoteQRCodeEnabled: bag['guiRemoteQRCodeEnabled'] !== false,
  };
}

function parseField(answer: unknown): Field {
  const bag = toBag(answer, 'field');
  const type = FIELD_TYPES.find((known) => known === bag['type']);
  if (type === undefined) throw new TypeError(`unknown field type: ${String(bag['type'])}`);
  return {
    name: toText(bag, 'name'),
    type,
    required: bag['required'] === true,
    signed: bag['signed'] === true,
    readOnly: bag['readOnly'] === true,
    value: toTextOr(bag, 'value', ''),
    options: toList(bag['options'] ?? [], 'options').map(parseChoice),
    widgets: toList(bag['widgets'] ?? [], 'widgets').map(parseWidget),
  };
}

function parseChoice(answer: unknown): Choice {
  if (typeof answer === 'string') return { value: answer, label: answer };
  const bag = toBag(answer, 'option');
  const value = toText(bag, 'value');
  return { value, label: toTextOr(bag, 'label', value) };
}

function parseWidget(answer: unknown): Widget {
  const bag = toBag(answer, 'widget');
  return {
    page: toNumber(bag, 'page'),
    x: toNumber(bag, 'x'),
    y: toNumber(bag, 'y'),
    width: toNumber(bag, 'width'),
    height: toNumber(bag, 'height'),
    state: toTextOr(bag, 'state', '') || undefined,
  };
}

function toBag(value: unknown, what: string): Bag {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} is not an object`);
  }
  return value as Bag;
}

function toList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} is not a list`);
  return value;
}

function toText(bag: Bag, key: string): string {
  const value = bag[key];
  if (typeof value !== 'string') throw new TypeError(`${key} is not a text`);
  return value;
}

function toTextOr(bag: Bag, key: string, fallback: string): string {
  const value = bag[key];
  return typeof value === 'string' ? value : fallback;
}

function toNumber(bag: Bag, key: string): number {
  const value = bag[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError(`${key} is not a number`);
  return value;
}
