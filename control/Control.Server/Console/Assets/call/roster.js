// Who is in the call. The API knows no rooms and no people: the sessions of the token's group are the
// people, and what they publish is what there is to see. The list is the truth; events only say that it is
// time to look again, so a lost one costs a moment and never a person.
import { readEvents } from "./event-stream.js";
import { backoffMs, pause } from "./waiting.js";

// Several tracks of one person come at about the same time.
const settleMs = 60;
// Looks without an event: for what an event may never tell, and where no stream can be had.
const lookEveryMs = 20_000;
const pollEveryMs = 2_500;

/** Fires "change" when the people are others, "refused" when the token is, and "away" and "back" when the
 * server is. */
export class Roster extends EventTarget {
  /** [{ sessionId, name, isConnected, tracks: Map(name → { kind, status }), channels: Set }] */
  sessions = [];
  isAway = false;
  /** When the list was asked for that they are from. */
  askedAt = 0;

  #api;
  #abort = null;
  #isLooking = false;
  #isStale = false;
  #timer = 0;

  constructor(api) {
    super();
    this.#api = api;
  }

  start() {
    this.#abort ??= new AbortController();
    this.#follow(this.#abort.signal);
  }

  stop() {
    this.#abort?.abort();
    clearTimeout(this.#timer);
  }

  /** Looks again soon; several wishes become one look. */
  look(afterMs = settleMs) {
    if (this.#abort?.signal.aborted) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), afterMs);
  }

  async #follow(signal) {
    let failures = 0;
    while (!signal.aborted) {
      let everyMs = lookEveryMs;
      try {
        await readEvents(this.#api, (event) => {
          if (event === null) {
            failures = 0;
            this.#setAway(false);
          }
          if (event === null || /^(session|track|datachannel)\./.test(event.type)) {
            this.look(event === null ? 0 : settleMs);
          }
        }, signal);
      } catch (error) {
        if (signal.aborted || this.#isRefused(error)) {
          return;
        }
        this.#setAway(error.isUnreachable === true);
        everyMs = error.status === 429 ? pollEveryMs : everyMs;
      }
      if (everyMs === pollEveryMs) {
        this.look(0);
        await pause(everyMs, signal);
        continue;
      }
      // A stream that ended is news by itself: the server may have been started anew.
      this.look(0);
      await pause(backoffMs(failures++, { mostMs: 3_000 }), signal);
    }
  }

  async #look() {
    if (this.#isLooking) {
      this.#isStale = true;
      return;
    }
    this.#isLooking = true;
    this.#isStale = false;
    try {
      const askedAt = performance.now();
      const sessions = await this.#list();
      this.askedAt = askedAt;
      this.#setAway(false);
      this.sessions = inOrderOfComing(this.sessions, sessions.map(toPerson));
      this.dispatchEvent(new Event("change"));
    } catch (error) {
      if (!this.#isRefused(error)) {
        this.#setAway(error.isUnreachable === true);
      }
    } finally {
      this.#isLooking = false;
      this.look(this.#isStale ? settleMs : lookEveryMs * (0.75 + Math.random() / 2));
    }
  }

  async #list() {
    const all = [];
    let after = "";
    do {
      const query = after ? `?after=${encodeURIComponent(after)}` : "";
      const page = await this.#api.request(
        "GET", `sessions${query}`, undefined, { signal: this.#abort?.signal, withinMs: 10_000 });
      all.push(...page.sessions);
      after = page.next;
    } while (after);
    return all;
  }

  #isRefused(error) {
    if (this.#abort?.signal.aborted) {
      return true;
    }
    if (error.isFinal) {
      this.dispatchEvent(new CustomEvent("refused", { detail: error }));
    }
    return error.isFinal;
  }

  #setAway(isAway) {
    if (this.isAway !== isAway) {
      this.isAway = isAway;
      this.dispatchEvent(new Event(isAway ? "away" : "back"));
    }
  }
}

function toPerson({ sessionId, state, correlationId = "", tracks, dataChannels }) {
  const own = tracks.filter((track) => track.location === "local");
  const channels = dataChannels.filter((channel) => channel.location === "local");
  return {
    sessionId,
    name: correlationId || "Guest",
    isConnected: state === "connected",
    tracks: new Map(own.map(({ trackName, kind, status }) => [trackName, { kind, status }])),
    channels: new Set(channels.map((channel) => channel.dataChannelName)),
  };
}

// Tiles must not change places because somebody came.
function inOrderOfComing(before, now) {
  const places = new Map(before.map((person, index) => [person.sessionId, index]));
  const place = (person) => places.get(person.sessionId) ?? before.length;
  return now.toSorted((a, b) => place(a) - place(b));
}
