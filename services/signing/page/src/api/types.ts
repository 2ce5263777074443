// The page API's words: what an opening says and what a submission carries.
import type { Lang } from '../i18n/lang.ts';

/** A rectangle in PDF points of the unrotated page, as in the file (origin lower left, y up). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One appearance of a field, or the place of a freely put signature. `page` starts at 1. */
export interface Widget extends Box {
  readonly page: number;
  /** Which of the field's options this one switches on. */
  readonly state?: string | undefined;
}

export type FieldType = 'signature' | 'text' | 'checkbox' | 'radio' | 'combobox';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly signed: boolean;
  readonly readOnly: boolean;
  readonly value: string;
  readonly options: readonly Choice[];
  readonly widgets: readonly Widget[];
}

export interface Rules {
  readonly signAnywhereEnabled: boolean;
  readonly mouseSignature: boolean;
  readonly guiRequestSignerName: boolean;
  readonly guiSignerName: string;
  readonly guiSignerDate: string;
  readonly guiSignatureNumber: number;
  readonly guiAutoSubmit: boolean;
  readonly guiOneButton: boolean;
  readonly guiOpenSignature: boolean;
  readonly guiReadRequired: boolean;
  readonly guiRemoteQRCodeEnabled: boolean;
}

export interface Opening {
  readonly documentId: string;
  readonly signatureRequestId: string;
  readonly filename: string;
  readonly tenantName: string;
  readonly lang: Lang;
  readonly digest: string;
  readonly pages: number;
  readonly rules: Rules;
  readonly keepRawInk: boolean;
  /** The sender gave data of its own, which goes into the signature, encrypted. */
  readonly senderData: boolean;
  readonly fields: readonly Field[];
  /** Names this opening: a code to sign is tried for it. */
  readonly opening: string;
  /** A code confirms the signature before it is submitted. */
  readonly signCode: boolean;
}

/** What a code is asked before. */
export type CodeStep = 'open' | 'sign';

/** How the signer comes by it: by mail, by text message, or from the sender. */
export type CodeChannel = 'email' | 'sms' | 'fixed';

/** How a code stands; seconds from when it was told. */
export interface CodeStatus {
  readonly step: CodeStep;
  readonly channel: CodeChannel;
  /** Masked; empty where nothing is sent. */
  readonly to: string;
  /** Of a code that is sent. */
  readonly digits: number | undefined;
  readonly tenantName: string;
  readonly lang: Lang;
  /** For how long a code that was sent is good; 0: none is. */
  readonly validSeconds: number;
  readonly resendSeconds: number;
  readonly lockedSeconds: number;
  readonly attemptsLeft: number;
}

/** What confirms a submission: what the code to sign gave, for which opening. */
export interface Confirmation {
  readonly opening: string;
  readonly codePass: string;
}

export type Pointer = 'mouse' | 'touch' | 'pen';

/** x, y, milliseconds since the signature's first sample, pressure, tilt X, tilt Y. */
export type InkPoint = readonly [number, number, number, number, number, number];

export interface Stroke {
  readonly points: readonly InkPoint[];
  readonly pointer: Pointer;
}

export interface PadSize {
  readonly width: number;
  readonly height: number;
}

export interface SubmittedSignature {
  readonly field?: string;
  readonly place?: Widget;
  readonly kind: 'ink' | 'typed';
  readonly text?: string;
  readonly strokes: readonly Stroke[];
  readonly pad: PadSize;
}

export interface Submission {
  readonly digest: string;
  readonly signerName?: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly signatures: readonly SubmittedSignature[];
  /** What the signer was told of raw ink: where it was not told, it is not kept. */
  readonly keepRawInk: boolean;
}

export type SubmissionState = 'sealing' | 'signed' | 'canceled' | 'tosign';

export interface Standing {
  readonly state: SubmissionState;
  readonly resultUrl: string;
}

/** How a document stands that is signed on a phone, told to the page that waits. */
export interface PhoneStanding extends Standing {
  /** The signer's link; empty once there is nothing left to sign. */
  readonly link: string;
  /** A phone or tablet has opened the document. */
  readonly opened: boolean;
}
