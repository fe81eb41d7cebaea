"""webrtcbin.py publish|play ENDPOINT TOKEN VP8|H264

Publishes test pictures and a tone, or plays, decodes and counts. Counters are printed as a line of JSON
twice a second; the end of standard input ends the session with DELETE.
"""

import json
import os
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

WIDTH, HEIGHT, FRAMES_PER_SECOND = 320, 240, 15

ENCODERS = {
    "VP8": "vp8enc deadline=1 cpu-used=8 keyframe-max-dist=150 target-bitrate=400000 ! "
    "rtpvp8pay picture-id-mode=15-bit pt=96",
    # Constrained baseline with parameter sets before every key frame.
    "H264": "x264enc tune=zerolatency speed-preset=ultrafast bitrate=400 key-int-max=30 ! "
    "video/x-h264,profile=constrained-baseline ! "
    "rtph264pay config-interval=-1 aggregate-mode=zero-latency pt=96",
}
CAPS = {
    "VP8": "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000",
    "H264": "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000",
    "OPUS": "application/x-rtp,media=audio,encoding-name=OPUS,payload=97,clock-rate=48000,"
    "encoding-params=(string)2",
}
# What a viewer asks for beside the format; a publisher's payloader says it by itself.
H264_PARAMETERS = ",packetization-mode=(string)1,profile-level-id=(string)42e01f"
DECODERS = {
    "VP8": "rtpvp8depay ! vp8dec",
    "H264": "rtph264depay ! avdec_h264",
    "OPUS": "rtpopusdepay ! opusdec",
}

counters = {"state": "new", "frames": 0, "width": 0, "height": 0, "buffers": 0}


class Session:
    """One WHIP or WHEP session."""

    def __init__(self, role, endpoint, token, codec):
        self.endpoint, self.token, self.codec = endpoint, token, codec
        self.url = None
        self.loop = GLib.MainLoop()
        self.failure = None
        if role == "publish":
            self.pipeline = Gst.parse_launch(self.describe_publisher())
        else:
            self.pipeline = Gst.Pipeline.new()
            self.pipeline.add(Gst.ElementFactory.make("webrtcbin", "peer"))
        self.bin = self.pipeline.get_by_name("peer")
        self.bin.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.stay_on_loopback()
        self.bin.connect("notify::connection-state", self.note_state)
        if role == "play":
            self.offer_to_receive()
            self.bin.connect("pad-added", self.decode)
        self.bin.connect("notify::ice-gathering-state", self.post_when_gathered)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", self.fail)

    def describe_publisher(self):
        return (
            "webrtcbin name=peer "
            f"videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width={WIDTH},"
            f"height={HEIGHT},framerate={FRAMES_PER_SECOND}/1 ! queue ! {ENCODERS[self.codec]} ! "
            f"{CAPS[self.codec]} ! peer. "
            "audiotestsrc is-live=true freq=500 ! audio/x-raw,rate=48000,channels=2 ! queue ! "
            f"opusenc ! rtpopuspay pt=97 ! {CAPS['OPUS']} ! peer."
        )

    def stay_on_loopback(self):
        """libnice binds each socket to an interface, never to loopback unless told, and asks by UPnP."""
        # Kept: webrtcbin holds a floating reference only, which the first look from here takes over.
        self.ice = self.bin.get_property("ice-agent")
        self.ice.emit("add-local-ip-address", "127.0.0.1")
        self.ice.get_property("agent").set_property("upnp", False)

    def offer_to_receive(self):
        direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
        video = CAPS[self.codec] + (H264_PARAMETERS if self.codec == "H264" else "")
        for caps in (CAPS["OPUS"], video):
            transceiver = self.bin.emit("add-transceiver", direction, Gst.Caps.from_string(caps))
            transceiver.set_property("do-nack", "video" in caps)

    def start(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        # A publisher's pads have their formats only once the first buffers came.
        GLib.timeout_add(300, self.make_offer)
        GLib.timeout_add(500, self.report)
        threading.Thread(target=self.wait_for_end, daemon=True).start()
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        if self.failure:
            print(self.failure, file=sys.stderr)
            return 1
        if self.url:
            self.request("DELETE", self.url)
        return 0

    def make_offer(self):
        pads = [pad for pad in self.bin.sinkpads if pad.get_current_caps() is None]
        if pads:
            return True
        promise = Gst.Promise.new_with_change_func(self.set_offer)
        self.bin.emit("create-offer", None, promise)
        return False

    def set_offer(self, promise):
        # The offer is part of the reply and dies with it.
        reply = promise.get_reply()
        self.bin.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def post_when_gathered(self, peer, _):
        complete = GstWebRTC.WebRTCICEGatheringState.COMPLETE
        if self.url is None and peer.get_property("ice-gathering-state") == complete:
            GLib.idle_add(self.post)

    def post(self):
        offer = self.bin.get_property("local-description").sdp.as_text()
        try:
            answer, headers = self.request("POST", self.endpoint, offer)
        except urllib.error.HTTPError as error:
            self.failure = f"{error.code} {error.read().decode()}"
            self.loop.quit()
            return False
        self.url = urllib.parse.urljoin(self.endpoint, headers["Location"])
        _, message = GstSdp.SDPMessage.new_from_text(answer)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.bin.emit("set-remote-description", description, Gst.Promise.new())
        return False

    def request(self, method, url, body=None):
        request = urllib.request.Request(
            url,
            method=method,
            data=body.encode() if body else None,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        if body:
            request.add_header("Content-Type", "application/sdp")
        with urllib.request.urlopen(request) as response:
            return response.read().decode(), response.headers

    def decode(self, peer, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        is_video = pad.get_current_caps().get_structure(0).get_string("media") == "video"
        decoder = DECODERS[self.codec if is_video else "OPUS"]
        chain = f"{decoder} ! fakesink name=end signal-handoffs=true sync=false async=false"
        branch = Gst.parse_bin_from_description(chain, True)
        branch.get_by_name("end").connect(
            "handoff", self.count_picture if is_video else self.count_sound
        )
        self.pipeline.add(branch)
        branch.sync_state_with_parent()
        pad.link(branch.get_static_pad("sink"))

    def count_picture(self, _, __, pad):
        structure = pad.get_current_caps().get_structure(0)
        counters["frames"] += 1
        counters["width"] = structure.get_int("width").value
        counters["height"] = structure.get_int("height").value

    def count_sound(self, _, __, ___):
        counters["buffers"] += 1

    def note_state(self, peer, _):
        counters["state"] = peer.get_property("connection-state").value_nick

    def report(self):
        print(json.dumps(counters), flush=True)
        return True

    def wait_for_end(self):
        while os.read(0, 1024):
            pass
        GLib.idle_add(self.loop.quit)

    def fail(self, _, message):
        error, debug = message.parse_error()
        self.failure = f"{error.message} ({debug})"
        self.loop.quit()


if __name__ == "__main__":
    Gst.init(None)
    sys.exit(Session(*sys.argv[1:5]).start())
