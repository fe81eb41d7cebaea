// Keeps what the session publishes the same as what the person has switched on.
import { toEncodings } from "../encodings.js";

// A screen is read, not only seen: few pictures, but sharp ones.
const screenEncodings = [{ maxBitrate: 3_000_000, maxFramerate: 30 }];
const againMs = 1_000;
// Packets of silence before a muted microphone stops sending: with one of them the others have a section
// for it, and hear the first word after.
const packetsBeforeSilence = 3;

/** Publishes the tracks of a LocalMedia by the names cam, mic, screen and screen-audio. */
export class Publishing {
  #media;
  #session = null;
  /** The names that are published. */
  #published = new Set();
  #isRunning = false;
  #isFallingSilent = false;

  constructor(media) {
    this.#media = media;
    media.addEventListener("change", () => this.#run());
  }

  attach(session) {
    this.#session = session;
    this.#published = new Set();
    this.#run();
  }

  detach() {
    this.#session = null;
  }

  async #run() {
    if (this.#isRunning) {
      return; // The run that goes on looks again.
    }
    this.#isRunning = true;
    try {
      while (await this.#step(this.#session)) {
        // Until there is nothing left to change.
      }
    } catch {
      // A session that is lost is followed by another one; this one may still take it.
      setTimeout(() => this.#run(), againMs);
    } finally {
      this.#isRunning = false;
    }
  }

  async #step(session) {
    const wanted = this.#wanted();
    if (!session || session.peer.connectionState === "closed") {
      return false;
    }
    const ended = [...this.#published].filter((name) => !wanted.has(name));
    if (ended.length > 0) {
      ended.forEach((name) => this.#published.delete(name));
      await session.sending.unpublish(ended);
      return true;
    }
    const added = [...wanted].filter(([name]) => !this.#published.has(name));
    if (added.length > 0) {
      added.forEach(([name]) => this.#published.add(name));
      try {
        await session.sending.publish(added.map(([name, track]) => toWish(name, track)));
      } catch (error) {
        added.forEach(([name]) => this.#published.delete(name));
        throw error;
      }
      return true;
    }
    await this.#replace(session, wanted);
    return false;
  }

  /** Another device takes its place without an offer, and so does silence. */
  async #replace(session, wanted) {
    for (const [name, track] of wanted) {
      const sender = session.sending.sender(name);
      const isSilent = name === "mic" && this.#media.isMuted;
      if (isSilent && sender.track) {
        this.#silence(session, sender);
      } else if (!isSilent && sender.track !== track) {
        await sender.replaceTrack(track);
      }
    }
  }

  /** A muted microphone sends silence first, then nothing at all. */
  async #silence(session, sender) {
    if (this.#isFallingSilent) {
      return;
    }
    this.#isFallingSilent = true;
    while (session === this.#session && this.#media.isMuted && sender.track) {
      const report = await sender.getStats();
      const sent = [...report.values()].find((entry) => entry.type === "outbound-rtp")?.packetsSent ?? 0;
      if (sent >= packetsBeforeSilence) {
        await sender.replaceTrack(null);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    this.#isFallingSilent = false;
    // It may have been unmuted in between.
    this.#run();
  }

  #wanted() {
    const { camera, microphone, screen, screenSound } = this.#media;
    const all = [["cam", camera], ["mic", microphone], ["screen", screen], ["screen-audio", screenSound]];
    return new Map(all.filter(([, track]) => track));
  }
}

function toWish(name, track) {
  const encodings =
    name === "cam" ? toEncodings(track.getSettings(), "VP8")
    : name === "screen" ? screenEncodings
    : undefined;
  return { name, track, encodings };
}
