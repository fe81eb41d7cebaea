// The call: one session after the other, what it publishes, and whom it receives.
import { Chat } from "./chat.js";
import { openSession } from "./session.js";
import { Publishing } from "./publishing.js";
import { Roster } from "./roster.js";
import { backoffMs, pause } from "./waiting.js";
import { whenLost } from "./watch.js";

/** Fires "change" whenever something that is shown has another value. */
export class Call extends EventTarget {
  /** outside, joining, live, reconnecting, left or failed. */
  state = "outside";
  message = "";
  name = "";
  roster;
  chat = new Chat();

  #api;
  #publishing;
  #abort = null;
  #session = null;
  /** The sessions that this page had: until the server has forgotten them they are in the list. */
  #own = new Set();
  /** Aborted when the list of sessions does not have ours any more. */
  #gone = new AbortController();
  #liveAt = Infinity;
  /** "session/track" → the layer that its tile asks for. */
  #layers = new Map();

  constructor(api, media) {
    super();
    this.#api = api;
    this.#publishing = new Publishing(media);
    this.roster = new Roster(api);
    this.roster.addEventListener("change", () => this.#follow());
    this.roster.addEventListener("refused", ({ detail }) => this.#end("failed", detail.message));
    this.roster.addEventListener("away", () => this.#tell());
    this.roster.addEventListener("back", () => this.#tell());
    this.chat.addEventListener("change", () => this.#tell());
  }

  get session() {
    return this.#session;
  }

  /** Everybody else who is there. */
  get others() {
    return this.roster.sessions.filter(({ sessionId, isConnected, tracks }) =>
      !this.#own.has(sessionId) && (isConnected || tracks.size > 0));
  }

  /** Joins; resolves when the call is over for this page. */
  async join(name) {
    const abort = new AbortController();
    this.#abort = abort;
    this.name = name;
    // The server's word comes too late for a page that goes away.
    const leave = () => this.leave();
    addEventListener("pagehide", leave);
    let failures = 0;
    while (!abort.signal.aborted) {
      this.#set(failures === 0 && this.state === "outside" ? "joining" : "reconnecting", this.message);
      try {
        await this.#runSession(abort.signal, () => (failures = 0));
      } catch (error) {
        if (error.isFinal) {
          this.#end("failed", error.message);
          break;
        }
        this.#set("reconnecting", error.message);
        const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs(failures++));
        await pause(waitMs, abort.signal, this.roster);
      }
    }
    removeEventListener("pagehide", leave);
  }

  leave() {
    this.#end("left", "");
  }

  /** Says which layer each tile can show: [{ sessionId, trackName, rid }]. */
  async prefer(choices) {
    this.#layers = new Map(choices.map((each) => [`${each.sessionId}/${each.trackName}`, each.rid]));
    try {
      await this.#session?.receiving.prefer(choices);
    } catch {
      // The next size, or the next session, asks again.
    }
  }

  /** The receiver of somebody's track; null while it does not come. */
  receiver(sessionId, trackName) {
    return this.#session?.receiving.receiver({ sessionId, trackName }) ?? null;
  }

  async #runSession(signal, onConnected) {
    const session = await openSession(this.#api, this.name, signal);
    const gone = new AbortController();
    this.#gone = gone;
    this.#liveAt = Infinity;
    this.#session = session;
    this.#own.add(session.id);
    try {
      session.receiving.addEventListener("change", () => this.#tell());
      this.#publishing.attach(session);
      this.#follow();
      await session.whenConnected(signal);
      onConnected();
      this.#liveAt = performance.now();
      this.#set("live", "");
      this.roster.look(0);
      this.chat.attach(session);
      await whenLost({
        session,
        roster: this.roster,
        isGone: gone.signal,
        onTrouble: (isTroubled) =>
          this.#set(isTroubled ? "reconnecting" : "live", isTroubled ? "The connection was lost." : ""),
      }, signal);
    } finally {
      this.#publishing.detach();
      this.chat.detach();
      this.#session = null;
      session.close();
    }
  }

  /** Pulls what is there and drops what is not. */
  #follow() {
    const session = this.#session;
    if (session) {
      const isListed = this.roster.sessions.some(({ sessionId }) => sessionId === session.id);
      if (!isListed && this.roster.askedAt > this.#liveAt) {
        this.#gone.abort();
      }
      session.receiving.want(this.others.flatMap((person) => this.#tracksOf(person)));
      this.chat.follow(this.others);
    }
    this.#tell();
  }

  // A track without a first packet would hold up the others that are asked for with it.
  #tracksOf({ sessionId, tracks }) {
    return [...tracks]
      .filter(([, { status }]) => status !== "initializing")
      .map(([trackName, { kind }]) => ({
        sessionId,
        trackName,
        kind,
        rid: trackName === "cam" ? this.#layers.get(`${sessionId}/${trackName}`) ?? "q" : undefined,
      }));
  }

  #end(state, message) {
    if (this.state === "left" || this.state === "failed") {
      return;
    }
    this.roster.stop();
    this.#session?.close();
    this.#set(state, message);
    this.#abort?.abort();
  }

  #set(state, message) {
    if (this.state === "left" || this.state === "failed") {
      return; // What ends after that ends because of it.
    }
    this.state = state;
    this.message = message;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
