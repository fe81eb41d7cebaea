// Watches a stream by WHEP.
import { endpointUrl, readSession } from "./endpoint.js";
import { StripReader, now } from "./latency-strip.js";
import { keepConnected } from "./session-loop.js";
import { StatsReader } from "./stats.js";

const stripIntervalMs = 60;
const samplesMax = 600;
const stalledAfterMs = 2_500;

/** One player, bound to a video element. Fires "change" whenever a property has another value. */
export class Player extends EventTarget {
  /** idle, connecting, waiting, live, stalled, reconnecting or failed. */
  state = "idle";
  message = "";
  name = "";
  stats = null;
  /** From the POST to the first picture on the screen, in milliseconds. */
  joinMs = null;
  /** Pictures shown since the start. */
  framesShown = 0;

  #video;
  #abort = null;
  #reader = null;
  #readReport = async () => null;
  #timer = 0;
  #strip = new StripReader();
  #stripReadAt = 0;
  #samples = [];
  #decoded = 0;
  #decodedAt = 0;

  constructor(video) {
    super();
    this.#video = video;
  }

  get isRunning() {
    return this.#abort !== null;
  }

  /** The age of the picture on the screen, from the test picture's clock; null without one. */
  get glassToGlass() {
    if (this.#samples.length === 0) {
      return null;
    }
    const sorted = this.#samples.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return {
      lastMs: this.#samples.at(-1),
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      count: this.#samples.length,
    };
  }

  /** Starts; resolves when it has ended. */
  async start({ app, bearer, name }) {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.name = name;
    this.framesShown = 0;
    this.joinMs = null;
    this.#samples = [];
    this.#timer = setInterval(() => this.#readStats(), 1000);
    try {
      await keepConnected(
        {
          url: endpointUrl(app, "whep", name),
          bearer,
          prepare: (peer) => this.#addTracks(peer),
          onPeer: (peer, startedAt, resource) => {
            this.#readReport = () => readSession(resource, bearer);
            this.#watch(peer, startedAt, abort.signal);
          },
          onState: (state, message) => this.#set(state, message),
        },
        abort.signal);
      if (this.#abort === abort) {
        this.#finish("idle", "");
      }
    } catch (error) {
      if (this.#abort === abort) {
        const sentence = "isFinal" in error ? error.message : `The browser failed: ${error.message}`;
        this.#finish("failed", sentence);
      }
    }
  }

  /** Stops. */
  stop() {
    if (this.#abort) {
      this.#finish("idle", "");
    }
  }

  #finish(state, message) {
    this.#abort?.abort();
    this.#abort = null;
    clearInterval(this.#timer);
    this.#reader = null;
    this.#video.srcObject = null;
    this.stats = null;
    this.#set(state, message);
  }

  #addTracks(peer) {
    const stream = new MediaStream();
    peer.addTransceiver("audio", { direction: "recvonly" });
    peer.addTransceiver("video", { direction: "recvonly" });
    peer.addEventListener("track", ({ track, receiver }) => {
      // As little buffer as the network allows: what is watched here is live.
      if ("jitterBufferTarget" in receiver) {
        receiver.jitterBufferTarget = 0;
      }
      stream.addTrack(track);
      if (this.#video.srcObject !== stream) {
        this.#video.srcObject = stream;
      }
      this.#play();
    });
  }

  // Sound needs a gesture in most browsers; the picture does not.
  async #play() {
    try {
      await this.#video.play();
    } catch (error) {
      if (error.name === "NotAllowedError" && !this.#video.muted) {
        this.#video.muted = true;
        this.dispatchEvent(new Event("change"));
        await this.#video.play().catch(() => {});
      }
    }
  }

  #watch(peer, startedAt, signal) {
    this.#reader = new StatsReader(peer);
    this.#decoded = 0;
    this.#decodedAt = performance.now();
    let isFirst = true;
    const onFrame = (at) => {
      if (signal.aborted || peer.signalingState === "closed") {
        return;
      }
      this.framesShown++;
      if (isFirst) {
        isFirst = false;
        this.joinMs ??= performance.now() - startedAt;
        this.dispatchEvent(new Event("change"));
      }
      if (at - this.#stripReadAt >= stripIntervalMs) {
        this.#stripReadAt = at;
        this.#readStrip();
      }
      this.#video.requestVideoFrameCallback(onFrame);
    };
    this.#video.requestVideoFrameCallback?.(onFrame);
  }

  #readStrip() {
    const age = this.#strip.read(this.#video, now());
    if (age !== null) {
      this.#samples.push(age);
      if (this.#samples.length > samplesMax) {
        this.#samples.shift();
      }
    }
  }

  async #readStats() {
    const reader = this.#reader;
    try {
      const stats = await reader?.readInbound();
      const report = reader ? await this.#readReport() : null;
      if (reader && reader === this.#reader) {
        this.stats = { ...stats, availableKbps: report?.availableKbps ?? null };
        this.#noticeStall(stats.framesDecoded);
        this.dispatchEvent(new Event("change"));
      }
    } catch {
      // The connection was closed in between.
    }
  }

  #noticeStall(framesDecoded) {
    const at = performance.now();
    if (framesDecoded !== this.#decoded) {
      this.#decoded = framesDecoded;
      this.#decodedAt = at;
      if (this.state === "stalled") {
        this.#set("live", "");
      }
    } else if (this.state === "live" && at - this.#decodedAt > stalledAfterMs) {
      this.#set("stalled", "No picture arrives. It goes on as soon as the publisher is back.");
    }
  }

  #set(state, message) {
    this.state = state;
    this.message = message;
    this.dispatchEvent(new Event("change"));
  }
}
