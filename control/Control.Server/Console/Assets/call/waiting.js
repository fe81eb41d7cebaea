// Pauses between tries.

/** Waits; ends early when the network or the server comes back ("back" of a Roster), or the signal aborts. */
export function pause(ms, signal, roster) {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      removeEventListener("online", finish);
      roster?.removeEventListener("back", finish);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    addEventListener("online", finish);
    roster?.addEventListener("back", finish);
    signal?.addEventListener("abort", finish);
    if (signal?.aborted) {
      finish();
    }
  });
}

/** How long to wait after so many failures: doubling, and never the same for two who lost the same server
 * at the same time. */
export function backoffMs(failures, { firstMs = 400, mostMs = 8_000 } = {}) {
  const base = Math.min(mostMs, firstMs * 2 ** Math.min(failures, 10));
  return base * (0.5 + Math.random());
}
