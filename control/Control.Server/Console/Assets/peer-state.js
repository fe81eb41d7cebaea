// Waits for what becomes of a peer connection.

/**
 * How a connection turns out: "connected"; "failed", also when it was closed; "late" after withinMs; "stopped" when
 * one of the signals aborts. With outlivesFailure a failed one is waited for too: a restart may mend it.
 */
export function untilConnected(peer, { stops, withinMs, outlivesFailure = false }) {
  return new Promise((resolve) => {
    const wait = new Waiting(peer, stops, resolve, (state) => {
      if (state === "connected") {
        wait.end("connected");
      } else if (!outlivesFailure && (state === "failed" || state === "closed")) {
        wait.end("failed");
      }
    });
    wait.begin();
    wait.endAfter(withinMs, "late");
  });
}

/** Resolves when a connection is not one any more, when it was interrupted for graceMs, or when a signal aborts. */
export function untilLost(peer, { stops, graceMs, wakesOnline = false }) {
  return new Promise((resolve) => {
    const wait = new Waiting(peer, stops, resolve, (state) => {
      wait.endNever();
      if (state === "disconnected") {
        // Often heals by itself: a packet or two were late.
        wait.endAfter(graceMs);
      } else if (state !== "connected") {
        wait.end();
      }
    });
    if (wakesOnline) {
      addEventListener("online", () => wait.end(), { signal: wait.over });
    }
    wait.begin();
  });
}

/** One wait: its listeners and its timer are gone when it ends. */
class Waiting {
  #peer;
  #stops;
  #resolve;
  #look;
  #timer = 0;
  #over = new AbortController();

  constructor(peer, stops, resolve, look) {
    this.#peer = peer;
    this.#stops = stops;
    this.#resolve = resolve;
    this.#look = () => look(peer.connectionState);
  }

  /** Aborts when the wait ends. */
  get over() {
    return this.#over.signal;
  }

  begin() {
    this.#peer.addEventListener("connectionstatechange", this.#look, { signal: this.over });
    for (const stop of this.#stops) {
      stop.addEventListener("abort", () => this.end("stopped"), { signal: this.over });
    }
    if (this.#stops.some((stop) => stop.aborted)) {
      this.end("stopped");
    } else {
      this.#look();
    }
  }

  endAfter(delayMs, outcome) {
    if (!this.over.aborted) {
      this.#timer = setTimeout(() => this.end(outcome), delayMs);
    }
  }

  endNever() {
    clearTimeout(this.#timer);
  }

  end(outcome) {
    this.endNever();
    this.#over.abort();
    this.#resolve(outcome);
  }
}
