// Tells when a session is lost, after trying to keep it: a network that changes needs a new path, not a new
// session. Everybody who watches keeps their pictures then.
import { untilConnected, untilLost } from "../peer-state.js";
import { backoffMs, pause } from "./waiting.js";

// How long an interruption may last.
const graceMs = 1_500;
// Then tries go on while the server still keeps the session: it forgets one after 30 seconds of silence.
const keptMs = 25_000;
// Until a new path must work.
const pathWithinMs = 5_000;

/** Resolves when the session is lost for good. onTrouble(isTroubled) says when media does not flow. */
export async function whenLost({ session, roster, isGone, onTrouble }, signal) {
  const { peer } = session;
  while (!signal.aborted) {
    // The machine may have come to another network, too.
    await untilLost(peer, { stops: [signal, isGone], graceMs, wakesOnline: true });
    if (signal.aborted || isGone.aborted || peer.connectionState === "closed") {
      return;
    }
    if (peer.connectionState !== "connected") {
      onTrouble(true);
    }
    if (!(await mend({ session, roster, isGone }, signal))) {
      return;
    }
    onTrouble(false);
  }
}

/** Restarts ICE until media flows again; false when the session is not worth it any more. */
async function mend({ session, roster, isGone }, signal) {
  const until = performance.now() + keptMs;
  for (let failures = 0; performance.now() < until; failures++) {
    if (signal.aborted || isGone.aborted) {
      return false;
    }
    try {
      await session.restartIce();
      const path = { stops: [signal, isGone], withinMs: pathWithinMs, outlivesFailure: true };
      if ((await untilConnected(session.peer, path)) === "connected") {
        return true;
      }
    } catch (error) {
      if (!error.isUnreachable) {
        return false; // The session is gone, or the two sides do not agree any more.
      }
    }
    await pause(backoffMs(failures, { mostMs: 3_000 }), signal, roster);
  }
  return false;
}
