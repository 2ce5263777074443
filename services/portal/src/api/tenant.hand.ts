// Tenants, sessions, activation, API keys and the audit log, as the working contract has them.
import type { None, Path, Query, Read, Remove, Write } from "./hand";

export interface MemberView {
  id: string;
  email: string;
  role: string;
}
export interface TenantView {
  id: string;
  name: string;
  slug: string;
  apiState: "inactive" | "active" | "suspended";
  keepRawInk: boolean;
  zone: string;
  lang: string;
  createdAt: number;
}
export interface Me {
  member: MemberView;
  tenant: TenantView;
}
export interface ApiKeyView {
  id: string;
  name: string;
  publicId: string;
  mode: "live" | "test";
  scopes: string[];
  lastFour: string;
  createdAt: number;
  expiresAt?: number | null;
  revokedAt?: number | null;
  rotatedTo?: string | null;
  lastUsedAt?: number | null;
  lastUsedFrom?: string | null;
  state: "active" | "expiring" | "expired" | "revoked";
}
export interface AuditEntry {
  id: string;
  at: number;
  actor: string;
  act: string;
  subject: string;
  from?: string | null;
}

export interface paths {
  "/api/tenant/sign-ups": Write<None, { email: string; password: string; tenantName: string }, 202, object>;
  "/api/tenant/email-confirmations": Write<None, { token: string }, 204, undefined>;
  "/api/tenant/sessions": Write<None, { email: string; password: string }, 200, Me>;
  "/api/tenant/sessions/current": Remove<None>;
  "/api/tenant/me": Read<None, Me>;
  "/api/tenant/activation": Write<
    None,
    { termsVersion: string; keepRawInk: boolean; publicKey: string },
    200,
    Me
  >;
  "/api/tenant/api-keys": Read<Query<{ mode?: "live" | "test" }>, { items: ApiKeyView[] }> &
    Write<
      None,
      { name: string; mode: "live" | "test"; scopes?: string[]; expiresAt?: number },
      201,
      { key: ApiKeyView; secret: string }
    >;
  "/api/tenant/api-keys/{id}": Remove<Path<"id">>;
  "/api/tenant/api-keys/{id}/rotations": Write<
    Path<"id">,
    { overlapSeconds: number },
    201,
    { key: ApiKeyView; secret: string; old: ApiKeyView }
  >;
  "/api/tenant/audit-log": Read<Query<{ cursor?: string }>, { items: AuditEntry[]; next?: string | null }>;
}
