// What the server answers about a file. The contract is `Examination` of the OpenAPI document.

export type Verdict = 'unsigned' | 'trusted' | 'whole' | 'uncertain' | 'broken';
export type After = 'unchanged' | 'changedAsAllowed' | 'changed' | 'unknown';
export type Coverage = 'wholeFile' | 'earlierRevision' | 'suspicious';
export type Kind = 'approval' | 'certification' | 'documentTimeStamp';
export type ChangeKind =
  | 'signature'
  | 'signatureField'
  | 'documentTimeStamp'
  | 'fieldValue'
  | 'validationData'
  | 'metadata'
  | 'annotation'
  | 'appearance'
  | 'pageContent'
  | 'resource'
  | 'pages'
  | 'form'
  | 'signatureReplaced'
  | 'document'
  | 'hidden'
  | 'structure'
  | 'other';

export interface Integrity {
  readonly state: 'whole' | 'digestMismatch' | 'signatureWrong' | 'notChecked';
  readonly why?: string;
}

export interface Certificate {
  readonly name: string;
  readonly organisation?: string | null;
  readonly issuer: string;
  readonly serial: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly key: string;
  readonly fingerprint: string;
}

export interface Trust {
  readonly state: 'trusted' | 'untrusted';
  readonly detail: string;
}

export interface Revocation {
  readonly state: 'noData' | 'good' | 'revoked' | 'notUsable';
}

export interface SigningTime {
  readonly provenMs?: number | null;
  readonly stampedBy?: string | null;
  readonly isStampTrusted: boolean;
  readonly claimedMs?: number | null;
}

export interface Change {
  readonly kind: ChangeKind;
  readonly isAllowed: boolean;
  readonly page?: number | null;
  readonly field?: string | null;
  readonly object?: string | null;
  readonly detail: string;
}

export interface Signature {
  readonly field: string;
  readonly kind: Kind;
  readonly signer?: string | null;
  readonly reason?: string | null;
  readonly page?: number | null;
  readonly coverage: Coverage;
  readonly integrity: Integrity;
  readonly algorithms?: string | null;
  readonly isWeak: boolean;
  readonly time: SigningTime;
  readonly chain: readonly Certificate[];
  readonly trust: Trust;
  readonly revocation: Revocation;
  readonly after: After;
  readonly changes: readonly Change[];
}

export interface Examination {
  readonly verdict: Verdict;
  readonly pages: number;
  readonly length: number;
  readonly signatures: readonly Signature[];
}
