// node host.mjs werift|wrtc
// Peers of one of the stacks, driven by lines of JSON: {id, operation, args} comes in, {id, result} or {id, error}
// goes out. Ends with its standard input.
import { request } from "node:http";
import { createInterface } from "node:readline";
import "./peers.js";

const width = 320;
const height = 240;
const framesPerSecond = 15;
const sampleRate = 48000;

async function weriftPlatform() {
  const { RTCPeerConnection } = await import("werift");
  return {
    // Only channels: it encodes nothing itself.
    create: () => new RTCPeerConnection({ iceServers: [], iceUseIpv6: false, iceAdditionalHostAddresses: ["127.0.0.1"] }),
    makeTrack: () => Promise.reject(new Error("werift has no sources.")),
    watchTrack: () => {},
  };
}

async function wrtcPlatform() {
  const { default: wrtc } = await import("@roamhq/wrtc");
  const { RTCPeerConnection, nonstandard } = wrtc;
  const makeVideo = () => {
    const source = new nonstandard.RTCVideoSource();
    const data = new Uint8ClampedArray((width * height * 3) / 2).fill(128);
    let frame = 0;
    setInterval(() => {
      for (let row = 0; row < height; row++) {
        data.fill((row + 4 * frame) & 0xff, row * width, (row + 1) * width);
      }
      frame++;
      source.onFrame({ width, height, data });
    }, 1000 / framesPerSecond);
    return source.createTrack();
  };
  const makeAudio = () => {
    const source = new nonstandard.RTCAudioSource();
    const samples = new Int16Array(sampleRate / 100);
    for (let index = 0; index < samples.length; index++) {
      samples[index] = 8000 * Math.sin((2 * Math.PI * 500 * index) / sampleRate);
    }
    const block = { samples, sampleRate, bitsPerSample: 16, channelCount: 1, numberOfFrames: samples.length };
    setInterval(() => source.onData(block), 10);
    return source.createTrack();
  };
  return {
    create: (configuration) => new RTCPeerConnection(configuration),
    makeTrack: async (kind) => (kind === "video" ? makeVideo() : makeAudio()),
    watchTrack: (track, onFrame) => {
      const sink =
        track.kind === "video" ? new nonstandard.RTCVideoSink(track) : new nonstandard.RTCAudioSink(track);
      sink[track.kind === "video" ? "onframe" : "ondata"] = onFrame;
    },
  };
}

/** Like fetch, but no connection is kept: tests cut networks. */
const fetchOnce = (url, { method, headers, body }) =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode, headers: Object.entries(response.headers), text: async () => text });
    });
    asked.on("error", reject);
    asked.end(body ?? undefined);
  });

const [stack] = process.argv.slice(2);
const platform = await (stack === "werift" ? weriftPlatform() : wrtcPlatform());
const host = createPeerHost({ ...platform, fetch: fetchOnce });
const lines = createInterface({ input: process.stdin });
lines.on("line", async (line) => {
  const { id, operation, args } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ id, result: await host(operation, args) }));
  } catch (error) {
    console.log(JSON.stringify({ id, error: String(error?.stack ?? error) }));
  }
});
lines.on("close", () => process.exit(0));
