// The HTTP side of WHIP (RFC 9725) and WHEP, as small as a browser needs it.

/** A refusal: what the server said, and whether it makes sense to ask again. */
export class EndpointError extends Error {
  constructor(message, { status = 0, retryAfterMs = 0, isFinal = false } = {}) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.isFinal = isFinal;
  }
}

/** The URL of a stream's endpoint; protocol is "whip" or "whep". */
export function endpointUrl(app, protocol, name) {
  const path = `/v1/apps/${encodeURIComponent(app)}/${protocol}/${encodeURIComponent(name)}`;
  return new URL(path, location.href).href;
}

/** Sends an offer; the answer and the session's URL. */
export async function openSession(url, bearer, offer, signal) {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/sdp", ...authorization(bearer) },
      body: offer,
      signal,
    });
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    throw new EndpointError("The server does not answer.");
  }
  if (response.status !== 201) {
    throw await toError(response);
  }
  return {
    answer: await response.text(),
    resource: new URL(response.headers.get("Location"), url).href,
  };
}

/** Ends a session; also while the page goes away. */
export async function closeSession(resource, bearer) {
  try {
    await fetch(resource, { method: "DELETE", headers: authorization(bearer), keepalive: true });
  } catch {
    // The server notices the silence by itself.
  }
}

/** What the server knows of a session; null when it does not say. */
export async function readSession(resource, bearer) {
  try {
    const response = await fetch(resource, {
      headers: { Accept: "application/json", ...authorization(bearer) },
    });
    return response.status === 200 ? await response.json() : null;
  } catch {
    return null;
  }
}

function authorization(bearer) {
  return bearer ? { Authorization: `Bearer ${bearer}` } : {};
}

async function toError(response) {
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  let message = `The server answered ${response.status}.`;
  try {
    message = (await response.json()).detail ?? message;
  } catch {
    // Not a problem document: a proxy in between.
  }
  return new EndpointError(message, {
    status: response.status,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    isFinal: [400, 401, 403, 404, 405, 406, 413, 415, 422].includes(response.status),
  });
}
