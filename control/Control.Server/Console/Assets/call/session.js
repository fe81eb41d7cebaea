// One session of the API and its peer connection.
import { untilConnected } from "../peer-state.js";
import { ApiError } from "./api.js";
import { Receiving } from "./receiving.js";
import { Sending } from "./sending.js";
import { Signalling, describe } from "./signalling.js";

const connectWithinMs = 10_000;
// On a network that leads nowhere the next try may take another one.
const restartWithinMs = 6_000;
const labelLengthMax = 60;

/** Makes a session and begins to connect. The name is its label in the list of sessions. */
export async function openSession(api, name, signal) {
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  try {
    // The section of the data channels comes first and stays: the transport is that of the first section,
    // and sections of tracks come and go. The channel is the server's own, of its events.
    const events = peer.createDataChannel("server-events");
    await peer.setLocalDescription(await peer.createOffer());
    const label = encodeURIComponent([...name].slice(0, labelLengthMax).join(""));
    const answer = await api.request(
      "POST", `sessions/new?correlationId=${label}`, { sessionDescription: describe(peer) }, { signal });
    const session = new CallSession(api, peer, answer.sessionId);
    events.addEventListener("message", ({ data }) => session.handle(JSON.parse(data)));
    await peer.setRemoteDescription(answer.sessionDescription);
    return session;
  } catch (error) {
    peer.close();
    throw error;
  }
}

class CallSession {
  #api;
  #signalling;

  constructor(api, peer, id) {
    this.#api = api;
    this.#signalling = new Signalling(api, peer, id);
    this.peer = peer;
    this.id = id;
    this.sending = new Sending(peer, this.#signalling);
    this.receiving = new Receiving(peer, this.#signalling);
  }

  /** Does what the server's event asks for. */
  handle({ type, trackName, rids }) {
    if (type === "track.wanted") {
      this.sending.limit(trackName, rids);
    }
  }

  /** Finds a new path after the network changed; tracks and channels stay. */
  restartIce() {
    return this.#signalling.enqueue(async () => {
      this.peer.restartIce();
      await this.#signalling.negotiate("POST", "ice-restart", () => ({}), { withinMs: restartWithinMs });
    });
  }

  /** A data channel to write to, or with another session's id to read what that one writes. */
  async openChannel(name, sessionId) {
    const wish = sessionId
      ? { location: "remote", sessionId, dataChannelName: name }
      : { location: "local", dataChannelName: name };
    const { dataChannels: [made] } = await this.#signalling.ask(
      "POST", "datachannels/new", { dataChannels: [wish] });
    if (made.errorCode) {
      throw new ApiError(made.errorDescription, { code: made.errorCode, retryAfterMs: made.retryAfterMs });
    }
    return this.peer.createDataChannel(name, { negotiated: true, id: made.id });
  }

  /** Ends a data channel, here and at the server. */
  async closeChannel(channel) {
    const { id } = channel;
    channel.close();
    await this.#signalling.ask("PUT", "datachannels/close", { dataChannels: [{ id }] });
  }

  /** Resolves once media can flow; fails with a sentence when it never does. */
  async whenConnected(signal) {
    const outcome = await untilConnected(this.peer, { stops: [signal], withinMs: connectWithinMs });
    if (outcome !== "connected") {
      throw new ApiError("No media path: the server's UDP port does not answer.");
    }
  }

  /** Ends it, here and at the server. */
  close() {
    this.receiving.stop();
    this.peer.close();
    this.#api.tell("DELETE", `sessions/${this.id}`);
  }
}
