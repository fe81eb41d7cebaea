// Turns getStats reports into the numbers a person looks at.

/** Reads one connection, once a second or so; rates are between two reads. */
export class StatsReader {
  #peer;
  #last = new Map();

  constructor(peer) {
    this.#peer = peer;
  }

  /** Numbers of what is sent: totals, and one entry for each simulcast layer. */
  async readOutbound() {
    const report = await this.#peer.getStats();
    const streams = ofType(report, "outbound-rtp");
    const video = streams.filter((stream) => stream.kind === "video");
    const remote = ofType(report, "remote-inbound-rtp");
    const layers = video.map((stream) => this.#layer(report, stream)).sort(byQuality);
    const active = layers.filter((layer) => layer.isActive);
    const best = active.reduce((a, b) => (b.width > (a?.width ?? 0) ? b : a), null);
    const lost = sum(remote, "packetsLost");
    const packets = sum(streams, "packetsSent");
    return {
      bitrateKbps: sum(layers, "bitrateKbps") + this.#rateOf(streams, "audio", "bytesSent"),
      framesPerSecond: best?.framesPerSecond ?? 0,
      width: best?.width ?? 0,
      height: best?.height ?? 0,
      codec: best?.codec ?? layers[0]?.codec ?? "",
      lossPercent: this.#lossPercent(lost, packets),
      roundTripMs: roundTrip(report, remote),
      framesEncoded: sum(video, "framesEncoded"),
      keyFrames: sum(video, "keyFramesEncoded"),
      limitedBy: video.find((stream) => isLimit(stream.qualityLimitationReason))
        ?.qualityLimitationReason ?? "",
      layers,
      candidate: candidatePair(report),
    };
  }

  /** Numbers of what is received. */
  async readInbound() {
    const report = await this.#peer.getStats();
    const streams = ofType(report, "inbound-rtp");
    const video = streams.find((stream) => stream.kind === "video");
    const audio = streams.find((stream) => stream.kind === "audio");
    const lost = sum(streams, "packetsLost");
    return {
      bitrateKbps: sum(streams.map((stream) => this.#rate(stream, "bytesReceived")), "kbps"),
      framesPerSecond: video?.framesPerSecond ?? 0,
      width: video?.frameWidth ?? 0,
      height: video?.frameHeight ?? 0,
      codec: codecName(report, video),
      lossPercent: this.#lossPercent(lost, sum(streams, "packetsReceived") + lost),
      packetsLost: lost,
      roundTripMs: roundTrip(report, []),
      framesDecoded: video?.framesDecoded ?? 0,
      framesDropped: video?.framesDropped ?? 0,
      keyFrames: video?.keyFramesDecoded ?? 0,
      freezes: video?.freezeCount ?? 0,
      jitterMs: (video?.jitter ?? audio?.jitter ?? 0) * 1000,
      bufferMs: this.#bufferMs(video),
      audioEnergy: audio?.totalAudioEnergy ?? 0,
      audioLevel: audio?.audioLevel ?? 0,
      nacks: video?.nackCount ?? 0,
      candidate: candidatePair(report),
    };
  }

  #layer(report, stream) {
    return {
      rid: stream.rid ?? "",
      isActive: stream.active !== false && (stream.framesPerSecond ?? 0) > 0,
      bitrateKbps: this.#rate(stream, "bytesSent").kbps,
      framesPerSecond: stream.framesPerSecond ?? 0,
      width: stream.frameWidth ?? 0,
      height: stream.frameHeight ?? 0,
      codec: codecName(report, stream),
      framesEncoded: stream.framesEncoded ?? 0,
      encoder: stream.encoderImplementation ?? "",
    };
  }

  #rateOf(streams, kind, member) {
    const some = streams.filter((stream) => stream.kind === kind);
    return sum(some.map((stream) => this.#rate(stream, member)), "kbps");
  }

  #rate(stream, member) {
    const before = this.#remember(stream.id + member, [stream[member] ?? 0, stream.timestamp]);
    const elapsedMs = before ? stream.timestamp - before[1] : 0;
    return { kbps: elapsedMs > 0 ? ((stream[member] - before[0]) * 8) / elapsedMs : 0 };
  }

  #lossPercent(lost, packets) {
    const before = this.#remember("loss", [lost, packets]);
    const sent = before ? packets - before[1] : 0;
    return sent > 0 ? Math.max(0, Math.min(100, (100 * (lost - before[0])) / sent)) : 0;
  }

  #bufferMs(video) {
    if (!video) {
      return 0;
    }
    const now = [video.jitterBufferDelay ?? 0, video.jitterBufferEmittedCount ?? 0];
    const before = this.#remember("buffer", now);
    const count = before ? now[1] - before[1] : 0;
    return count > 0 ? (1000 * (now[0] - before[0])) / count : 0;
  }

  #remember(key, value) {
    const before = this.#last.get(key);
    this.#last.set(key, value);
    return before;
  }
}

function ofType(report, type) {
  return [...report.values()].filter((entry) => entry.type === type);
}

function sum(entries, member) {
  return entries.reduce((total, entry) => total + (entry[member] ?? 0), 0);
}

// getStats has no order of its own.
function byQuality(a, b) {
  return "qhf".indexOf(a.rid) - "qhf".indexOf(b.rid);
}

function isLimit(reason) {
  return reason === "cpu" || reason === "bandwidth";
}

function codecName(report, stream) {
  return report.get(stream?.codecId)?.mimeType?.split("/")[1] ?? "";
}

function selectedPair(report) {
  const transport = ofType(report, "transport")[0];
  return (
    report.get(transport?.selectedCandidatePairId) ??
    ofType(report, "candidate-pair").find((pair) => pair.nominated && pair.state === "succeeded")
  );
}

function roundTrip(report, remote) {
  const seconds =
    selectedPair(report)?.currentRoundTripTime ??
    remote.find((entry) => entry.roundTripTime !== undefined)?.roundTripTime;
  return seconds === undefined ? null : seconds * 1000;
}

function candidatePair(report) {
  const remote = report.get(selectedPair(report)?.remoteCandidateId);
  return remote ? `${remote.address ?? remote.ip}:${remote.port}/${remote.protocol}` : "";
}
