// Offers and answers of one session. Every change is an offer of this side, one after another, so that the
// two sides never offer at once.

/** The queue of a session's changes. */
export class Signalling {
  /** Within a step: done after each answer was taken. */
  onAnswered = () => {};

  #api;
  #peer;
  #path;
  #queue = Promise.resolve();

  constructor(api, peer, sessionId) {
    this.#api = api;
    this.#peer = peer;
    this.#path = `sessions/${sessionId}`;
  }

  /** Runs a step when those before it are done; resolves or fails with it. */
  enqueue(step) {
    const done = this.#queue.then(step);
    this.#queue = done.catch(() => {
      // Whoever asked for the step is told; the next one goes on.
    });
    return done;
  }

  /** Within a step: offers what is wanted now, and takes the answer. What could not be agreed is taken
   * back. The body is made when the sections have their names. */
  async negotiate(method, path, createBody, options) {
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    try {
      const body = { ...createBody(), sessionDescription: describe(this.#peer) };
      const answer = await this.ask(method, path, body, options);
      await this.#peer.setRemoteDescription(answer.sessionDescription);
      await this.onAnswered();
      return answer;
    } catch (error) {
      if (this.#peer.signalingState === "have-local-offer") {
        await this.#peer.setLocalDescription({ type: "rollback" });
      }
      throw error;
    }
  }

  /** Within a step: ends what sections carry; the sections stay, to be used again. */
  close(transceivers) {
    transceivers.forEach((transceiver) => (transceiver.direction = "inactive"));
    return this.negotiate("PUT", "tracks/close", () => ({
      force: false,
      tracks: transceivers.map(({ mid }) => ({ mid })),
    }));
  }

  /** A request of the session that changes no section. */
  ask(method, path, body, options) {
    return this.#api.request(method, `${this.#path}/${path}`, body, options);
  }
}

/** The description that this side stands by now. */
export function describe(peer) {
  const { type, sdp } = peer.localDescription;
  return { type, sdp };
}
