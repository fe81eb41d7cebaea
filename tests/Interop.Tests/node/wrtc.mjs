// node wrtc.mjs publish|play ENDPOINT TOKEN
// libwebrtc in Node: publishes made pictures and a tone, plays and counts decoded pictures and samples.
import wrtc from "@roamhq/wrtc";
import { open, report } from "./session.mjs";

const { RTCPeerConnection, nonstandard } = wrtc;
const [role, endpoint, token] = process.argv.slice(2);
const width = 320;
const height = 240;
const framesPerSecond = 15;
const sampleRate = 48000;
const counters = { state: "new", frames: 0, width: 0, height: 0, samples: 0, loudness: 0 };
const connection = new RTCPeerConnection();
connection.onconnectionstatechange = () => (counters.state = connection.connectionState);
const timers = [];

/** A picture whose bars move, so that the encoder has something to send. */
function paint(data, frame) {
  for (let row = 0; row < height; row++) {
    data.fill((row + 4 * frame) & 0xff, row * width, (row + 1) * width);
  }
  data.fill(128, width * height);
}

function videoTrack() {
  const source = new nonstandard.RTCVideoSource();
  const data = new Uint8ClampedArray((width * height * 3) / 2);
  timers.push(
    setInterval(() => {
      paint(data, counters.frames++);
      source.onFrame({ width, height, data });
    }, 1000 / framesPerSecond),
  );
  return source.createTrack();
}

/** A tone of 500 Hz, in blocks of 10 ms as libwebrtc wants them. */
function audioTrack() {
  const source = new nonstandard.RTCAudioSource();
  const samples = new Int16Array(sampleRate / 100);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = 8000 * Math.sin((2 * Math.PI * 500 * index) / sampleRate);
  }
  const block = {
    samples,
    sampleRate,
    bitsPerSample: 16,
    channelCount: 1,
    numberOfFrames: samples.length,
  };
  timers.push(setInterval(() => source.onData(block), 10));
  return source.createTrack();
}

function count({ track }) {
  if (track.kind === "video") {
    new nonstandard.RTCVideoSink(track).onframe = ({ frame }) => {
      counters.frames++;
      counters.width = frame.width;
      counters.height = frame.height;
    };
    return;
  }
  new nonstandard.RTCAudioSink(track).ondata = ({ samples }) => {
    counters.samples += samples.length;
    for (const sample of samples) counters.loudness = Math.max(counters.loudness, Math.abs(sample));
  };
}

if (role === "publish") {
  connection.addTransceiver(audioTrack(), { direction: "sendonly" });
  connection.addTransceiver(videoTrack(), { direction: "sendonly" });
} else {
  connection.ontrack = count;
  connection.addTransceiver("audio", { direction: "recvonly" });
  connection.addTransceiver("video", { direction: "recvonly" });
}

await connection.setLocalDescription(await connection.createOffer());
const session = await open(endpoint, token, connection.localDescription.sdp);
await connection.setRemoteDescription({ type: "answer", sdp: session.answer });
report(counters, session.url, token, async () => {
  timers.forEach(clearInterval);
  connection.close();
});
