// What a session pulls. The call says what it wants; sections follow by themselves, as few requests as can
// be, and whatever failed is tried again for as long as it is wanted.

// Unless the server says when.
const againMs = 1_000;

/** The receiving half of a session. Fires "change" when other tracks are received. */
export class Receiving extends EventTarget {
  #peer;
  #signalling;
  #wanted = new Map();
  /** key → { sessionId, trackName, kind, rid, transceiver } */
  #carried = new Map();
  /** key → when to try again. */
  #failed = new Map();
  /** Sections that carry nothing now. */
  #free = [];
  #isRunning = false;
  #timer = 0;

  constructor(peer, signalling) {
    super();
    this.#peer = peer;
    this.#signalling = signalling;
  }

  /** Says what is to be received: [{ sessionId, trackName, kind, rid }]. */
  want(tracks) {
    this.#wanted = new Map(tracks.map((track) => [toKey(track), track]));
    this.#run();
  }

  /** The receiver of a track; null while it does not come. */
  receiver(track) {
    return this.#carried.get(toKey(track))?.transceiver.receiver ?? null;
  }

  /** Asks for other layers: [{ sessionId, trackName, rid }]. Needs no offer, but its turn: the last wish has to
   * arrive last. One that fails was never made, so that it is made again. */
  prefer(choices) {
    return this.#signalling.enqueue(async () => {
      const changed = choices
        .map((choice) => [this.#carried.get(toKey(choice)), choice.rid])
        .filter(([entry, rid]) => entry && entry.rid !== rid);
      if (changed.length > 0) {
        await this.#signalling.ask("PUT", "tracks/update", {
          tracks: changed.map(([entry, rid]) => toItem({ ...entry, rid })),
        });
        changed.forEach(([entry, rid]) => (entry.rid = rid));
      }
    });
  }

  stop() {
    clearTimeout(this.#timer);
    this.#wanted = new Map();
  }

  async #run() {
    if (this.#isRunning) {
      return; // The run that goes on looks at the newest wishes.
    }
    this.#isRunning = true;
    clearTimeout(this.#timer);
    let waitMs = Infinity;
    try {
      while (await this.#signalling.enqueue(() => this.#step())) {
        this.dispatchEvent(new Event("change"));
      }
      waitMs = Math.min(...this.#failed.values()) - performance.now();
    } catch (error) {
      waitMs = error.retryAfterMs || againMs;
    } finally {
      this.#isRunning = false;
    }
    if (waitMs < Infinity && this.#peer.connectionState !== "closed") {
      this.#timer = setTimeout(() => this.#run(), Math.max(0, waitMs));
    }
  }

  /** One step towards what is wanted; whether there was one to make. */
  async #step() {
    const dropped = [...this.#carried].filter(([key]) => !this.#wanted.has(key));
    if (dropped.length > 0) {
      await this.#drop(dropped);
      return true;
    }
    for (const key of this.#failed.keys()) {
      if (!this.#wanted.has(key) || this.#failed.get(key) <= performance.now()) {
        this.#failed.delete(key);
      }
    }
    const added = [...this.#wanted].filter(([key]) => !this.#carried.has(key) && !this.#failed.has(key));
    if (added.length > 0) {
      await this.#pull(added);
    }
    return added.length > 0;
  }

  async #drop(entries) {
    const transceivers = entries.map(([, { transceiver }]) => transceiver);
    entries.forEach(([key]) => this.#carried.delete(key));
    try {
      await this.#signalling.close(transceivers);
    } finally {
      this.#free.push(...transceivers);
    }
  }

  async #pull(added) {
    const entries = added.map(([key, track]) => [key, { ...track, transceiver: this.#take(track.kind) }]);
    let items;
    try {
      ({ tracks: items } = await this.#signalling.negotiate("POST", "tracks/new", () => ({
        tracks: entries.map(([, entry]) => toItem(entry)),
      })));
    } catch (error) {
      entries.forEach(([, entry]) => this.#giveBack(entry.transceiver));
      throw error;
    }
    entries.forEach(([key, entry], index) => {
      const { errorCode, retryAfterMs } = items[index];
      if (errorCode) {
        this.#giveBack(entry.transceiver);
        this.#failed.set(key, performance.now() + (retryAfterMs || againMs));
      } else {
        this.#carried.set(key, entry);
      }
    });
  }

  #take(kind) {
    const index = this.#free.findIndex(({ receiver }) => receiver.track.kind === kind);
    const transceiver = index < 0
      ? this.#peer.addTransceiver(kind, { direction: "recvonly" })
      : this.#free.splice(index, 1)[0];
    transceiver.direction = "recvonly";
    return transceiver;
  }

  #giveBack(transceiver) {
    transceiver.direction = "inactive";
    this.#free.push(transceiver);
  }
}

function toKey({ sessionId, trackName }) {
  return `${sessionId}/${trackName}`;
}

function toItem({ sessionId, trackName, transceiver, rid }) {
  const simulcast = rid
    ? { simulcast: { preferredRid: rid, ridNotAvailable: "asciibetical" } }
    : {};
  return { location: "remote", sessionId, trackName, mid: transceiver.mid, ...simulcast };
}
