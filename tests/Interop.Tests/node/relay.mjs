// node relay.mjs SESSIONS SECRET CALLS TOKEN
// What an app does to let a page talk with another WebRTC server: one session for the page, one with thirdparty=true
// for the server (CALLS, with TOKEN). The page is libwebrtc in Node: its tone goes to the server by way of the first
// server's sessions (SESSIONS, with SECRET), and what the server says comes back on the page's own section.
import wrtc from "@roamhq/wrtc";

const { RTCPeerConnection, nonstandard } = wrtc;
const [sessions, secret, calls, token] = process.argv.slice(2);
const sampleRate = 48000;
const counters = { state: "new", ai: "", samples: 0, loudness: 0, offer: "", said: "" };

async function api(method, path, body) {
  const response = await fetch(`${sessions}${path}`, {
    method,
    headers: { Authorization: `Bearer ${secret}` },
    body: body && JSON.stringify(body),
  });
  const json = await response.json();
  const items = json.tracks ?? json.dataChannels ?? [];
  const failed = json.errorCode ? json : items.find((item) => item.errorCode);
  if (!response.ok || failed) {
    throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
  }
  return json;
}

/** A tone of 500 Hz, in blocks of 10 ms as libwebrtc wants them. */
const source = new nonstandard.RTCAudioSource();
const tone = Int16Array.from({ length: sampleRate / 100 }, (_, index) =>
  Math.round(8000 * Math.sin((2 * Math.PI * 500 * index) / sampleRate)),
);
const block = { samples: tone, sampleRate, bitsPerSample: 16, channelCount: 1, numberOfFrames: tone.length };
const timers = [setInterval(() => source.onData(block), 10)];

// The page publishes its microphone in a section that goes both ways.
const page = new RTCPeerConnection();
page.onconnectionstatechange = () => (counters.state = page.connectionState);
page.ontrack = ({ track }) => {
  new nonstandard.RTCAudioSink(track).ondata = ({ samples }) => {
    counters.samples += samples.length;
    for (const sample of samples) counters.loudness = Math.max(counters.loudness, Math.abs(sample));
  };
};
const { sessionId: user } = await api("POST", "/new?streamDebug");
page.createDataChannel("server-events");
const microphone = page.addTransceiver(source.createTrack(), { direction: "sendrecv" });
await page.setLocalDescription(await page.createOffer());
const pushed = await api("POST", `/${user}/tracks/new`, {
  sessionDescription: { type: "offer", sdp: page.localDescription.sdp },
  tracks: [
    { location: "local", mid: microphone.mid, trackName: "user-mic", bidirectionalMediaStream: true },
  ],
});
await page.setRemoteDescription(pushed.sessionDescription);

// The other server answers the first one's offer.
const { sessionId: ai } = await api("POST", "/new?thirdparty=true");
const offered = await api("POST", `/${ai}/tracks/new`, {
  tracks: [{ location: "local", trackName: "ai-voice", kind: "audio", bidirectionalMediaStream: true }],
});
counters.offer = offered.sessionDescription.sdp;
const called = await fetch(calls, {
  method: "POST",
  headers: { "Content-Type": "application/sdp", Authorization: `Bearer ${token}` },
  body: offered.sessionDescription.sdp,
});
if (called.status !== 201) throw new Error(`${calls}: ${called.status} ${await called.text()}`);
await api("PUT", `/${ai}/renegotiate`, {
  sessionDescription: { type: "answer", sdp: await called.text() },
});

// The microphone to the other server, its voice to the page: neither needs SDP.
await api("POST", `/${ai}/tracks/new`, {
  tracks: [{ location: "remote", sessionId: user, trackName: "user-mic", mid: "#ai-voice" }],
});
await api("POST", `/${user}/tracks/new`, {
  tracks: [{ location: "remote", sessionId: ai, trackName: "ai-voice", mid: "#user-mic" }],
});

// The other server's channel is opened under its name; the page reads it and is the one who answers.
await api("POST", `/${ai}/datachannels/new`, {
  dataChannels: [{ location: "local", dataChannelName: "oai-events" }],
});
const read = await api("POST", `/${user}/datachannels/new`, {
  dataChannels: [
    { location: "remote", sessionId: ai, dataChannelName: "oai-events", canReply: true },
  ],
});
const channel = page.createDataChannel("oai-events", {
  negotiated: true,
  id: read.dataChannels[0].id,
});
channel.onmessage = ({ data }) => (counters.said = data);
const greet = () => channel.send("hello");
// Where SCTP is connected already, libwebrtc in Node opens it at once and says nothing.
if (channel.readyState === "open") greet();
else channel.onopen = greet;

const timer = setInterval(async () => {
  counters.ai = (await api("GET", `/${ai}`)).state ?? "";
  console.log(JSON.stringify(counters));
}, 500);
process.stdin.resume();
process.stdin.on("end", async () => {
  [...timers, timer].forEach(clearInterval);
  await api("DELETE", `/${ai}`);
  await api("DELETE", `/${user}`);
  page.close();
  process.exit(0);
});
