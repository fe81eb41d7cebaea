// What a session publishes, by name.

/** The sending half of a session. A name keeps its section: switched off and on again it is used anew. */
export class Sending {
  #peer;
  #signalling;
  #transceivers = new Map();

  constructor(peer, signalling) {
    this.#peer = peer;
    this.#signalling = signalling;
  }

  /** Publishes tracks: [{ name, track, encodings }]. */
  publish(tracks) {
    return this.#signalling.enqueue(async () => {
      for (const { name, track, encodings } of tracks) {
        const transceiver = this.#transceivers.get(name) ?? this.#add(name, track, encodings);
        await transceiver.sender.replaceTrack(track);
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

  /** The sender of a name; null before it was published. */
  sender(name) {
    return this.#transceivers.get(name)?.sender ?? null;
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
