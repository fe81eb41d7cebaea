// Keeps one WHIP or WHEP session: makes it, watches it, and makes it again when it is lost.
import { EndpointError, closeSession, openSession } from "./endpoint.js";
import { untilConnected, untilLost } from "./peer-state.js";

const connectTimeoutMs = 10_000;
const disconnectedGraceMs = 3_000;
const backoffMs = [300, 600, 1_200, 2_500, 5_000];

/**
 * Runs until the signal aborts or the server refuses for good (then throws its EndpointError).
 * @param {object} wishes url, bearer; prepare(peer) adds transceivers and returns the offer's options;
 *   onState(state, message); onPeer(peer, startedAt).
 */
export async function keepConnected(wishes, signal) {
  let failures = 0;
  const plan = {
    ...wishes,
    // Whoever stopped this says so itself.
    onState: (state, message) => signal.aborted || wishes.onState(state, message),
  };
  while (!signal.aborted) {
    try {
      plan.onState(failures === 0 ? "connecting" : "reconnecting", "");
      await runOnce(plan, signal, () => (failures = 0));
      if (signal.aborted) {
        return;
      }
      failures = Math.max(failures, 1);
      plan.onState("reconnecting", "The connection was lost.");
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (!(error instanceof EndpointError) || error.isFinal) {
        throw error;
      }
      if (error.status === 409) {
        plan.onState("waiting", `${error.message} It starts here as soon as somebody does.`);
        await pause(error.retryAfterMs || 1000, signal);
        failures = 0;
        continue;
      }
      plan.onState("reconnecting", error.message);
      await pause(Math.max(error.retryAfterMs, delayAfter(failures)), signal);
      failures++;
      continue;
    }
    await pause(delayAfter(failures - 1), signal);
  }
}

async function runOnce(plan, signal, onConnected) {
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  let resource = null;
  // fetch's keepalive lets the DELETE outlive the page.
  const leave = () => resource && closeSession(resource, plan.bearer);
  addEventListener("pagehide", leave);
  try {
    const startedAt = performance.now();
    await plan.prepare(peer);
    await peer.setLocalDescription(await peer.createOffer());
    const opened = await openSession(plan.url, plan.bearer, peer.localDescription.sdp, signal);
    resource = opened.resource;
    plan.onPeer(peer, startedAt, resource);
    await peer.setRemoteDescription({ type: "answer", sdp: opened.answer });
    const outcome = await untilConnected(peer, { stops: [signal], withinMs: connectTimeoutMs });
    if (outcome === "stopped") {
      return;
    }
    if (outcome !== "connected") {
      const why = outcome === "late" ? "the server's UDP port does not answer" : "the connection failed";
      throw new EndpointError(`No media path: ${why}.`);
    }
    onConnected();
    plan.onState("live", "");
    await untilLost(peer, { stops: [signal], graceMs: disconnectedGraceMs });
  } finally {
    removeEventListener("pagehide", leave);
    peer.close();
    await leave();
  }
}

function delayAfter(failures) {
  const base = backoffMs[Math.min(Math.max(failures, 0), backoffMs.length - 1)];
  return base * (0.75 + Math.random() / 2);
}

// Ends early when the network comes back.
function pause(ms, signal) {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      removeEventListener("online", finish);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    addEventListener("online", finish);
    signal.addEventListener("abort", finish);
  });
}
