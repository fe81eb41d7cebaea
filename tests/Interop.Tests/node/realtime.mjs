// node realtime.mjs TOKEN
// Another WebRTC server, in the shape of OpenAI's Realtime: POST an offer as application/sdp with a bearer, 201 with
// the answer. werift as an ICE-lite agent: it sends no check of its own. It says what it hears, on its own SSRC, and
// answers each message of a data channel.
import { createServer } from "node:http";
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from "werift";

const [token] = process.argv.slice(2);
const counters = { port: 0, state: "new", audio: 0, calls: 0, channel: "", isLite: false };
const audio = [new RTCRtpCodecParameters({ mimeType: "audio/opus", clockRate: 48000, channels: 2 })];
const connections = [];

async function answer(offer) {
  const connection = new RTCPeerConnection({
    codecs: { audio, video: [] },
    iceLite: true,
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
  connections.push(connection);
  connection.connectionStateChange.subscribe((state) => (counters.state = state));
  connection.onDataChannel.subscribe((channel) => {
    counters.channel = channel.label;
    channel.onMessage.subscribe((message) => channel.send(`heard ${message}`));
  });
  const voice = new MediaStreamTrack({ kind: "audio" });
  connection.onRemoteTransceiverAdded.subscribe((transceiver) => {
    transceiver.sender.replaceTrack(voice);
    transceiver.setDirection("sendrecv");
  });
  connection.onTrack.subscribe((track) =>
    track.onReceiveRtp.subscribe((packet) => {
      counters.audio++;
      voice.writeRtp(packet.clone());
    }),
  );
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  await connection.setLocalDescription(await connection.createAnswer());
  const sdp = connection.localDescription.sdp;
  counters.isLite = sdp.includes("a=ice-lite");
  return sdp;
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const isCall = request.method === "POST" && request.url.startsWith("/v1/realtime/calls");
  if (!isCall || request.headers["content-type"] !== "application/sdp") {
    response.writeHead(isCall ? 415 : 404).end();
    return;
  }
  if (request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
    return;
  }
  try {
    const sdp = await answer(Buffer.concat(chunks).toString());
    const call = `/v1/realtime/calls/rtc_${++counters.calls}`;
    response.writeHead(201, { "Content-Type": "application/sdp", Location: call }).end(sdp);
  } catch (error) {
    console.error(error);
    response.writeHead(400).end(String(error));
  }
});
server.listen(0, "127.0.0.1", () => (counters.port = server.address().port));

const timer = setInterval(() => console.log(JSON.stringify(counters)), 500);
process.stdin.resume();
process.stdin.on("end", async () => {
  clearInterval(timer);
  server.close();
  await Promise.all(connections.map((connection) => connection.close()));
  process.exit(0);
});
