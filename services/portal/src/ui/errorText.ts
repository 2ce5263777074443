// What to tell a person about a Problem: our sentence for a known code, else the server's own.
import { UNREACHABLE, UNREADABLE, type Problem } from "@/api/problem";
import type { Dictionary } from "@/words";

export function errorText(t: Dictionary, problem: Problem): string {
  const known: Record<string, string> = {
    [UNREACHABLE]: t.error.unreachable,
    [UNREADABLE]: t.error.unreadable,
    "err.session.ended": t.error.sessionEnded,
    "err.sign.in.failed": t.error.signInFailed,
    "err.email.not.confirmed": t.error.emailNotConfirmed,
    "err.weak.password": t.error.weakPassword,
    "err.key.not.active": t.error.keyNotActive,
    "err.already.active": t.error.alreadyActive,
    "err.api.not.active": t.error.apiNotActive,
    "err.forbidden": t.error.forbidden,
    "err.not.found": t.error.notFound,
    "err.rate.limited": t.error.tooMany,
    "err.unavailable": t.error.unavailable,
    "err.upstream": t.error.unavailable,
    "err.timeout": t.error.unavailable,
  };
  return known[problem.code] ?? problem.detail ?? problem.title;
}
