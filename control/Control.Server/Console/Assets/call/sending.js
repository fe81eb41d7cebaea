// What a session publishes, by name.

/** The sending half of a session. A name keeps its section: switched off and on again it is used anew. */
export class Sending {
  #peer;
  #signalling;
  #transceivers = new Map();
  /** name → the rids that somebody watches; without an entry, all. */
  #watched = new Map();

  constructor(peer, signalling) {
    this.#peer = peer;
    this.#signalling = signalling;
    // Chromium makes all layers active that an answer names, whatever was switched off before.
    signalling.onAnswered = () => this.#limitAll();
  }

  /** Publishes tracks: [{ name, track, encodings }]. */
  publish(tracks) {
    return this.#signalling.enqueue(async () => {
      for (const { name, track, encodings } of tracks) {
        const transceiver = this.#transceivers.get(name) ?? this.#add(name, track, encodings);
        await transceiver.sender.replaceTrack(track);
        this.#watched.delete(name); // Whoever watched it before.
        await setActive(transceiver.sender, () => true);
        transceiver.direction = "sendonly";
      }
      const { tracks: items } = await this.#signalling.negotiate("POST", "tracks/new", () => ({
        tracks: tracks.map(({ name }) => (
          { location: "local", mid: this.#transceivers.get(name).mid, trackName: name })),
      }));
      const failed = items.find((item) => item.errorCode);
      if (failed) {
        throw new Error(failed.errorDescription);
      }
    });
  }

  /** Ends tracks. */
  unpublish(names) {
    return this.#signalling.enqueue(async () => {
      const ended = names
        .map((name) => this.#transceivers.get(name))
        .filter((transceiver) => transceiver?.direction === "sendonly");
      if (ended.length > 0) {
        await Promise.all(ended.map(({ sender }) => sender.replaceTrack(null)));
        await this.#signalling.close(ended);
      }
    });
  }

  /** Sends only those layers of a name that somebody watches. The smallest one goes on: who comes next sees it
   * at once, and it costs next to nothing. */
  limit(name, rids) {
    return this.#signalling.enqueue(() => {
      this.#watched.set(name, rids);
      return this.#limitAll();
    });
  }

  /** The sender of a name; null before it was published. */
  sender(name) {
    return this.#transceivers.get(name)?.sender ?? null;
  }

  async #limitAll() {
    for (const [name, rids] of this.#watched) {
      const sender = this.sender(name);
      if (sender?.track && this.#peer.connectionState !== "closed") {
        await setActive(sender, ({ rid }, index) => index === 0 || rids.includes(rid));
      }
    }
  }

  #add(name, track, encodings) {
    const transceiver = this.#peer.addTransceiver(track, {
      direction: "sendonly",
      ...(encodings ? { sendEncodings: encodings } : {}),
    });
    this.#transceivers.set(name, transceiver);
    return transceiver;
  }
}

async function setActive(sender, isActive) {
  const parameters = sender.getParameters();
  const { encodings } = parameters;
  if (encodings.some((encoding, index) => encoding.active !== isActive(encoding, index))) {
    encodings.forEach((encoding, index) => (encoding.active = isActive(encoding, index)));
    await sender.setParameters(parameters);
  }
}
