// What went wrong, in the one form that every page can show: RFC 9457 problem details.

/** A refusal or a failure. `code` is stable (`err.…`) and decides the words; `requestId` is for support. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string | undefined,
    readonly requestId: string | undefined,
  ) {
    super(title);
  }
}

/** No answer at all: offline, a stopped server, a cut connection. */
export const UNREACHABLE = "unreachable";
/** An answer that is not ours, for example a proxy's HTML page. */
export const UNREADABLE = "unreadable";

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; anything else is thrown as a Problem. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    throw problemOf(cause);
  }
  if (!answer.response.ok) throw problemFrom(answer.error, answer.response);
  return answer.data as T;
}

/** Whatever was thrown, as a Problem. */
export function problemOf(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  // fetch rejects with a TypeError when no answer came; a body that is no JSON ends as a SyntaxError.
  const code = cause instanceof SyntaxError ? UNREADABLE : UNREACHABLE;
  return new Problem(0, code, "", cause instanceof Error ? cause.message : undefined, undefined);
}

/** Reads a problem document; a body of another kind still yields status and request id. */
export function problemFrom(body: unknown, response: Response): Problem {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  return new Problem(
    response.status,
    text("code") ?? UNREADABLE,
    text("title") ?? `HTTP ${response.status}`,
    text("detail"),
    text("requestId") ?? response.headers.get("x-request-id") ?? undefined,
  );
}
