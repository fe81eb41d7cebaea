// Publishes a source by WHIP.
import { SourceError } from "./devices.js";
import { toEncodings } from "./encodings.js";
import { endpointUrl } from "./endpoint.js";
import { keepConnected } from "./session-loop.js";
import { openSource } from "./sources.js";
import { StatsReader } from "./stats.js";

/** One publisher. Fires "change" whenever a property has another value. */
export class Publisher extends EventTarget {
  /** idle, preparing, connecting, waiting, live, reconnecting or failed. */
  state = "idle";
  message = "";
  name = "";
  stats = null;
  stream = null;
  startedAt = 0;

  #source = null;
  #abort = null;
  #reader = null;
  #timer = 0;

  get isRunning() {
    return this.#abort !== null;
  }

  /** Starts; resolves when it has ended. */
  async start({ app, bearer, name, source, codec, simulcast, ...sourceOptions }) {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.name = name;
    this.#set("preparing", "");
    try {
      const opened = await openSource(source, {
        ...sourceOptions,
        label: name,
        onAsk: () => this.#set("preparing", "The browser asks for permission…"),
      });
      if (abort.signal.aborted) {
        opened.stop();
        return;
      }
      this.#source = opened;
      this.stream = opened.stream;
      this.#stopWithTrack(abort);
      this.#timer = setInterval(() => this.#readStats(), 1000);
      await keepConnected(
        {
          url: endpointUrl(app, "whip", name),
          bearer,
          prepare: (peer) => addTracks(peer, opened.stream, codec, simulcast),
          onPeer: (peer) => (this.#reader = new StatsReader(peer)),
          onState: (state, message) => this.#set(state, message || opened.notice),
        },
        abort.signal);
      if (this.#abort === abort) {
        this.#finish("idle", "");
      }
    } catch (error) {
      if (this.#abort === abort) {
        this.#finish("failed", toSentence(error));
      }
    }
  }

  /** Stops and lets go of camera and microphone. */
  stop() {
    if (this.#abort) {
      this.#finish("idle", "");
    }
  }

  #finish(state, message) {
    this.#abort?.abort();
    this.#abort = null;
    clearInterval(this.#timer);
    this.#source?.stop();
    this.#source = null;
    this.#reader = null;
    this.stream = null;
    this.stats = null;
    this.#set(state, message);
  }

  #stopWithTrack(abort) {
    for (const track of this.stream.getTracks()) {
      track.addEventListener("ended", () => {
        if (this.#abort === abort && track.kind === "video") {
          this.#finish("idle", "The picture ended: sharing was stopped, or the camera is gone.");
        }
      });
    }
  }

  async #readStats() {
    const reader = this.#reader;
    try {
      const stats = await reader?.readOutbound();
      if (reader && reader === this.#reader) {
        this.stats = stats;
        this.dispatchEvent(new Event("change"));
      }
    } catch {
      // The connection was closed in between.
    }
  }

  #set(state, message) {
    if (state === "live" && this.state !== "live") {
      this.startedAt = performance.now();
    }
    this.state = state;
    this.message = message;
    this.dispatchEvent(new Event("change"));
  }
}

/** Codecs that this browser can send, of those the server passes on. */
export function sendableCodecs() {
  const known = ["VP8", "VP9", "H264", "AV1"];
  const sendable = RTCRtpSender.getCapabilities?.("video")?.codecs ?? [];
  return known.filter((name) => sendable.some((codec) => isCodec(codec, name)));
}

async function addTracks(peer, stream, codec, simulcast) {
  const audio = stream.getAudioTracks()[0];
  const video = stream.getVideoTracks()[0];
  if (audio) {
    peer.addTransceiver(audio, { direction: "sendonly", streams: [stream] });
  }
  const sendEncodings = simulcast ? toEncodings(video.getSettings(), codec) : undefined;
  const transceiver = peer.addTransceiver(video, {
    direction: "sendonly",
    streams: [stream],
    ...(sendEncodings ? { sendEncodings } : {}),
  });
  preferCodec(transceiver, codec);
}

function preferCodec(transceiver, name) {
  const all = RTCRtpSender.getCapabilities?.("video")?.codecs ?? [];
  const wanted = all.filter((codec) => isCodec(codec, name));
  if (!transceiver.setCodecPreferences || wanted.length === 0) {
    return;
  }
  // Packetization mode 1 first: mode 0 has one packet a slice, which few encoders still do.
  wanted.sort((a, b) => modeOf(b) - modeOf(a));
  transceiver.setCodecPreferences([...wanted, ...all.filter((codec) => isCodec(codec, "rtx"))]);
}

function isCodec(codec, name) {
  return codec.mimeType.toLowerCase() === `video/${name.toLowerCase()}`;
}

function modeOf(codec) {
  return codec.sdpFmtpLine?.includes("packetization-mode=1") ? 1 : 0;
}

function toSentence(error) {
  const isKnown = error instanceof SourceError || "isFinal" in error;
  return isKnown ? error.message : `The browser failed: ${error.message}`;
}
