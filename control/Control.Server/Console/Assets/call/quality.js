// How good the connection of this page is, as people want to know it: good, fair or poor.

const readEveryMs = 2_000;
const words = ["No connection", "Poor connection", "Fair connection", "Good connection"];

/** Reads the statistics of a call's connection; fires "change" every other second. */
export class Quality extends EventTarget {
  /** 0 none, 1 poor, 2 fair, 3 good. */
  level = 0;
  roundTripMs = null;
  lossPercent = 0;

  #call;
  #before = null;

  constructor(call) {
    super();
    this.#call = call;
    setInterval(() => this.#read(), readEveryMs);
  }

  get text() {
    const figures = this.roundTripMs === null
      ? ""
      : `: ${Math.round(this.roundTripMs)} ms round trip, ${this.lossPercent.toFixed(1)} % lost`;
    return words[this.level] + (this.level > 0 ? figures : "");
  }

  async #read() {
    const peer = this.#call.session?.peer;
    if (peer?.connectionState !== "connected") {
      this.#set(0);
      return;
    }
    const report = [...(await peer.getStats()).values()];
    const pair = report.find((entry) =>
      entry.type === "candidate-pair" && entry.state === "succeeded" && entry.nominated);
    this.roundTripMs = pair?.currentRoundTripTime === undefined ? null : pair.currentRoundTripTime * 1000;
    this.lossPercent = this.#loss(peer, report.filter((entry) => entry.type === "inbound-rtp"));
    this.#set(judge(this.roundTripMs ?? 0, this.lossPercent));
  }

  #loss(peer, streams) {
    const sum = (member) => streams.reduce((total, each) => total + (each[member] ?? 0), 0);
    const now = { peer, lost: sum("packetsLost"), received: sum("packetsReceived") };
    const before = this.#before?.peer === peer ? this.#before : now;
    this.#before = now;
    const lost = Math.max(0, now.lost - before.lost);
    const all = lost + Math.max(0, now.received - before.received);
    return all === 0 ? 0 : (100 * lost) / all;
  }

  #set(level) {
    this.level = level;
    this.dispatchEvent(new Event("change"));
  }
}

// Chosen: from 150 ms on people begin to talk at the same time, from 400 ms on they cannot but do; a few
// lost packets in a hundred are repaired unseen.
function judge(roundTripMs, lossPercent) {
  if (roundTripMs > 400 || lossPercent > 8) {
    return 1;
  }
  return roundTripMs > 150 || lossPercent > 2.5 ? 2 : 3;
}
