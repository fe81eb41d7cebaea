// WHIP (RFC 9725) and WHEP as both stacks here speak them: one POST with a whole offer, DELETE at the end.

/** Sends the offer; returns the answer and where the session is. */
export async function open(endpoint, token, offer) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` },
    body: offer,
  });
  const text = await response.text();
  if (response.status !== 201) {
    throw new Error(`POST ${endpoint} answered ${response.status}: ${text}`);
  }
  return { answer: text, url: new URL(response.headers.get("Location"), endpoint) };
}

/** Ends the session. */
export async function close(url, token) {
  const response = await fetch(url, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!response.ok) {
    throw new Error(`DELETE ${url} answered ${response.status}`);
  }
}

/** Prints the counters as a line of JSON, twice a second, until standard input ends; then closes. */
export function report(counters, url, token, stop) {
  const timer = setInterval(() => console.log(JSON.stringify(counters)), 500);
  process.stdin.resume();
  process.stdin.on("end", async () => {
    clearInterval(timer);
    let code = 0;
    try {
      await close(url, token);
      await stop();
    } catch (error) {
      console.error(error);
      code = 1;
    }
    process.exit(code);
  });
}
