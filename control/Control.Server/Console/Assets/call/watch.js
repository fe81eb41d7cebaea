// Tells when a session is lost, after trying to keep it: a network that changes needs a new path, not a new
// session. Everybody who watches keeps their pictures then.
import { backoffMs, pause } from "./waiting.js";

// A packet or two were late: often heals by itself.
const graceMs = 1_500;
// Then tries go on while the server still keeps the session: it forgets one after 30 seconds of silence.
const keptMs = 25_000;
// Until a new path must work.
const pathWithinMs = 5_000;

/** Resolves when the session is lost for good. onTrouble(isTroubled) says when media does not flow. */
export async function whenLost({ session, roster, isGone, onTrouble }, signal) {
  const { peer } = session;
  while (!signal.aborted) {
    await whenTroubled(peer, isGone, signal);
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

/** Resolves when media has not flowed for a while, or when the machine came to another network. */
function whenTroubled(peer, isGone, signal) {
  return new Promise((resolve) => {
    let grace = 0;
    const look = () => {
      clearTimeout(grace);
      if (peer.connectionState === "disconnected") {
        grace = setTimeout(finish, graceMs);
      } else if (peer.connectionState !== "connected") {
        finish();
      }
    };
    const finish = () => {
      clearTimeout(grace);
      peer.removeEventListener("connectionstatechange", look);
      removeEventListener("online", finish);
      signal.removeEventListener("abort", finish);
      isGone.removeEventListener("abort", finish);
      resolve();
    };
    peer.addEventListener("connectionstatechange", look);
    addEventListener("online", finish);
    signal.addEventListener("abort", finish);
    isGone.addEventListener("abort", finish);
    look();
    if (signal.aborted || isGone.aborted) {
      finish();
    }
  });
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
      if (await isConnectedWithin(session.peer, isGone, signal)) {
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

function isConnectedWithin(peer, isGone, signal) {
  return new Promise((resolve) => {
    const look = () => peer.connectionState === "connected" && finish(true);
    const stop = () => finish(false);
    const timer = setTimeout(stop, pathWithinMs);
    const finish = (isConnected) => {
      clearTimeout(timer);
      peer.removeEventListener("connectionstatechange", look);
      signal.removeEventListener("abort", stop);
      isGone.removeEventListener("abort", stop);
      resolve(isConnected);
    };
    peer.addEventListener("connectionstatechange", look);
    signal.addEventListener("abort", stop);
    isGone.addEventListener("abort", stop);
    look();
  });
}
