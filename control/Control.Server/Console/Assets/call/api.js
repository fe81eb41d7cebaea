// The session API over HTTP, for a holder of one token.

// Chosen: the server answers everything within 30 seconds; a pull may take 8 of them.
const answerWithinMs = 32_000;

/** A refusal, in the server's words, and what to make of it. */
export class ApiError extends Error {
  constructor(message, { status = 0, code = "", retryAfterMs = 0, isRetryable = true } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.isRetryable = isRetryable;
  }

  /** Whether nothing but another link would help. */
  get isFinal() {
    return this.status === 401 || this.status === 403;
  }

  /** Whether the session is not there any more: it ended, or the server was started anew. */
  get isSessionGone() {
    return this.status === 410 || this.status === 404;
  }

  /** Whether there was no answer at all. */
  get isUnreachable() {
    return this.status === 0;
  }
}

/** Requests to one app with one token. */
export class Api {
  #base;
  #token;

  constructor(app, token) {
    this.#base = new URL(`/v1/apps/${encodeURIComponent(app)}/`, location.href).href;
    this.#token = token;
  }

  /** Asks for an answer in JSON. */
  async request(method, path, body, { signal, withinMs = answerWithinMs } = {}) {
    const response = await this.#send(method, path, { body, signal: limit(signal, withinMs) }, signal);
    const answer = await response.json().catch(() => ({}));
    if (!response.ok || answer.errorCode) {
      throw toError(response, answer);
    }
    return answer;
  }

  /** Opens a stream of events. */
  async open(path, signal) {
    const response = await this.#send("GET", path, { signal }, signal);
    if (!response.ok) {
      throw toError(response, await response.json().catch(() => ({})));
    }
    return response.body;
  }

  /** Asks for something whose answer nobody waits for; also while the page goes away. */
  tell(method, path) {
    this.#send(method, path, { keepalive: true }).catch(() => {
      // The server notices the silence by itself.
    });
  }

  async #send(method, path, { body, ...options }, aborted) {
    try {
      return await fetch(this.#base + path, {
        method,
        // No content type: so a browser labels it a text, and asks other origins no question first.
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: { Authorization: `Bearer ${this.#token}` },
        cache: "no-store",
        ...options,
      });
    } catch (error) {
      if (aborted?.aborted) {
        throw error;
      }
      throw new ApiError("The server does not answer.");
    }
  }
}

function limit(signal, withinMs) {
  const timeout = AbortSignal.timeout(withinMs);
  return signal && AbortSignal.any ? AbortSignal.any([signal, timeout]) : timeout;
}

function toError(response, answer) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new ApiError(answer.errorDescription ?? `The server answered ${response.status}.`, {
    status: response.status,
    code: answer.errorCode ?? "",
    isRetryable: answer.retryable !== false,
    retryAfterMs: answer.retryAfterMs ?? (Number.isFinite(seconds) ? seconds * 1000 : 0),
  });
}
