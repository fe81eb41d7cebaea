// Written words over data channels: each person writes to one of its own, and reads those of all others.
import { backoffMs, pause } from "./waiting.js";

const channelName = "chat";
const textLengthMax = 2_000;
const messagesMax = 500;

/** Fires "message" with each new one, and "change" when it can or cannot be written. */
export class Chat extends EventTarget {
  /** Newest last: [{ from, text, at, isOwn }]; beyond 500 the oldest are forgotten. */
  messages = [];

  #session = null;
  #out = null;
  /** session id → its channel, or null while it is made. */
  #in = new Map();

  /** Whether there is somewhere to write to. */
  get isOpen() {
    return this.#out?.readyState === "open";
  }

  attach(session) {
    this.#session = session;
    this.#in = new Map();
    this.#open(session);
  }

  detach() {
    this.#session = null;
    this.#out = null;
    this.dispatchEvent(new Event("change"));
  }

  /** Reads those who are there and write. */
  follow(people) {
    const session = this.#session;
    if (!session) {
      return;
    }
    const writers = new Map(people.filter(({ channels }) => channels.has(channelName))
      .map((person) => [person.sessionId, person]));
    for (const [sessionId, channel] of this.#in) {
      if (!writers.has(sessionId)) {
        this.#in.delete(sessionId);
        channel && session.closeChannel(channel).catch(() => {
          // It ended with its writer.
        });
      }
    }
    for (const person of writers.values()) {
      if (!this.#in.has(person.sessionId)) {
        this.#in.set(person.sessionId, null);
        this.#read(session, person);
      }
    }
  }

  /** Writes to all; false when that cannot be now. */
  write(text) {
    const cut = text.trim().slice(0, textLengthMax);
    if (!cut || !this.isOpen) {
      return false;
    }
    this.#out.send(JSON.stringify({ text: cut }));
    this.#add({ from: "You", text: cut, isOwn: true });
    return true;
  }

  async #open(session) {
    for (let failures = 0; session === this.#session; failures++) {
      try {
        const channel = await session.openChannel(channelName);
        channel.addEventListener("open", () => this.dispatchEvent(new Event("change")));
        channel.addEventListener("close", () => this.dispatchEvent(new Event("change")));
        this.#out = channel;
        this.dispatchEvent(new Event("change"));
        return;
      } catch (error) {
        if (error.isRetryable === false) {
          return; // A server without data channels: the call goes on without words.
        }
        await pause(Math.max(error.retryAfterMs ?? 0, backoffMs(failures)));
      }
    }
  }

  async #read(session, { sessionId, name }) {
    try {
      const channel = await session.openChannel(channelName, sessionId);
      if (session !== this.#session || !this.#in.has(sessionId)) {
        channel.close();
        return;
      }
      this.#in.set(sessionId, channel);
      channel.addEventListener("message", ({ data }) => this.#hear(name, data));
      // Closed by the server, because this page was too slow or the writer left: the next look decides.
      channel.addEventListener("close", () => this.#in.delete(sessionId));
    } catch {
      this.#in.delete(sessionId); // The next look tries again.
    }
  }

  #hear(from, data) {
    try {
      const { text } = JSON.parse(data);
      if (typeof text === "string" && text) {
        this.#add({ from, text: text.slice(0, textLengthMax), isOwn: false });
      }
    } catch {
      // Somebody else's program wrote what is no message of a call.
    }
  }

  #add(message) {
    this.messages = [...this.messages, { ...message, at: new Date() }].slice(-messagesMax);
    this.dispatchEvent(new CustomEvent("message", { detail: this.messages.at(-1) }));
  }
}
