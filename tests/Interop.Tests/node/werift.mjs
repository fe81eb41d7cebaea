// node werift.mjs publish|play ENDPOINT TOKEN [VIDEO_PORT AUDIO_PORT]
// Publishes the RTP that arrives on two local ports; plays and counts packets and pictures.
import dgram from "node:dgram";
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpPacket } from "werift";
import { open, report } from "./session.mjs";

const [role, endpoint, token, videoPort, audioPort] = process.argv.slice(2);
const feedback = [
  { type: "nack" },
  { type: "nack", parameter: "pli" },
  { type: "goog-remb" },
  { type: "transport-cc" },
];
const codecs = {
  audio: [new RTCRtpCodecParameters({ mimeType: "audio/opus", clockRate: 48000, channels: 2 })],
  video: [
    new RTCRtpCodecParameters({ mimeType: "video/VP8", clockRate: 90000, rtcpFeedback: feedback }),
    new RTCRtpCodecParameters({
      mimeType: "video/H264",
      clockRate: 90000,
      rtcpFeedback: feedback,
      parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    }),
  ],
};
const counters = { state: "new", video: 0, audio: 0, frames: 0, gaps: 0 };
const connection = new RTCPeerConnection({
  codecs: role === "publish" ? { ...codecs, video: [codecs.video[0]] } : codecs,
  iceServers: [],
});
connection.connectionStateChange.subscribe((state) => (counters.state = state));
const sockets = [];

/** Takes RTP from a port of this machine. */
function feed(track, port, counter) {
  const socket = dgram.createSocket("udp4");
  socket.on("message", (data) => {
    const packet = RtpPacket.deSerialize(data);
    track.writeRtp(packet);
    counters[counter]++;
    if (counter === "video" && packet.header.marker) counters.frames++;
  });
  socket.bind(Number(port), "127.0.0.1");
  sockets.push(socket);
}

/** Counts what arrives; a gap in the sequence numbers is a packet that never came or came late. */
function count(track) {
  let next;
  track.onReceiveRtp.subscribe((packet) => {
    counters[track.kind]++;
    if (track.kind !== "video") return;
    if (next !== undefined && packet.header.sequenceNumber !== next) counters.gaps++;
    next = (packet.header.sequenceNumber + 1) & 0xffff;
    if (packet.header.marker) counters.frames++;
  });
}

if (role === "publish") {
  for (const [kind, port] of [["audio", audioPort], ["video", videoPort]]) {
    const track = new MediaStreamTrack({ kind });
    connection.addTransceiver(track, { direction: "sendonly" });
    feed(track, port, kind);
  }
} else {
  connection.onTrack.subscribe(count);
  connection.addTransceiver("audio", { direction: "recvonly" });
  connection.addTransceiver("video", { direction: "recvonly" });
}

await connection.setLocalDescription(await connection.createOffer());
const session = await open(endpoint, token, connection.localDescription.sdp);
await connection.setRemoteDescription({ type: "answer", sdp: session.answer });
report(counters, session.url, token, async () => {
  for (const socket of sockets) socket.close();
  await connection.close();
});
