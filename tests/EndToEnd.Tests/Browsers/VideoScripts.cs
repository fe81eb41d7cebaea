namespace EndToEnd.Tests.Browsers;

/// <summary>What runs in a <see cref="VideoPage"/>.</summary>
internal static class VideoScripts
{
    /// <summary>Where <see cref="Transform"/> is.</summary>
    public const string TransformPath = "video-transform.js";

    /// <summary>A worker that encrypts or decrypts whole frames, their first byte included: AES-GCM behind a head of the
    /// head's length and the vector, as that of SFrame (RFC 9605 §4.3) stands before what it sealed (W3C
    /// webrtc-encoded-transform).</summary>
    /// <remarks>The length is odd. To whoever takes it for the first byte of a VP8 frame, it begins one that is no key
    /// frame (RFC 6386 §9.1), whatever the frame is.</remarks>
    public const string Transform = """
        const headBytes = 13;
        const seal = async (key, data) => {
          const iv = crypto.getRandomValues(new Uint8Array(headBytes - 1));
          const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, data);
          const all = new Uint8Array(headBytes + sealed.byteLength);
          all[0] = headBytes;
          all.set(iv, 1);
          all.set(new Uint8Array(sealed), headBytes);
          return all.buffer;
        };
        const open = (key, data) => {
          const iv = new Uint8Array(data, 1, headBytes - 1);
          return crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, new Uint8Array(data, headBytes));
        };
        onrtctransform = async ({ transformer: { readable, writable, options } }) => {
          const key = await crypto.subtle.importKey(
            "raw", Uint8Array.fromHex(options.key), "AES-GCM", false, ["encrypt", "decrypt"]);
          const change = options.does === "seal" ? seal : open;
          readable.pipeThrough(new TransformStream({
            async transform(frame, controller) {
              try {
                frame.data = await change(key, frame.data);
                controller.enqueue(frame);
              } catch (error) {
                if (error.name !== "OperationError") throw error;
                // Of another key, or cut: nothing that could be shown.
              }
            },
          })).pipeTo(writable);
        };
        """;

    /// <summary>Adds <c>push</c>, <c>sent</c>, <c>pull</c>, <c>prefer</c> and <c>colours</c> to the page of a session.</summary>
    public const string Page = $$"""
        (() => {
          const named = (codec) => RTCRtpSender.getCapabilities("video").codecs.filter(
            ({ mimeType }) => [`video/${codec}`, "video/rtx"].includes(mimeType));
          const change = (does, key) =>
            new RTCRtpScriptTransform(new Worker("{{TransformPath}}"), { does, key });

          const colourOf = { green: [0, 170, 68], red: [170, 0, 68] };

          // Halves of one colour each, and a strip that gives the encoder work.
          const draw = ({ width, height, framesPerSecond }) => {
            const canvas = Object.assign(document.createElement("canvas"), { width, height });
            const context = canvas.getContext("2d", { alpha: false });
            const strip = context.createImageData(width, Math.ceil(height / 16));
            const [track] = canvas.captureStream(0).getVideoTracks();
            let seed = 1;
            setInterval(() => {
              context.fillStyle = `rgb(${colourOf.green})`;
              context.fillRect(0, 0, width / 2, height);
              context.fillStyle = `rgb(${colourOf.red})`;
              context.fillRect(width / 2, 0, width / 2, height);
              for (let index = 0; index < strip.data.length; index++) {
                seed = (seed * 1103515245 + 12345) >>> 0;
                strip.data[index] = seed >>> 24;
              }
              context.putImageData(strip, 0, 0);
              track.requestFrame();
            }, 1000 / framesPerSecond);
            return track;
          };

          window.push = async ({ codec, encodings, key, isFlagged, ...picture }) => {
            const transceiver = pc.addTransceiver(draw(picture), {
              direction: "sendonly",
              sendEncodings: encodings.map((encoding) => Object.fromEntries(
                Object.entries(encoding).filter(([, value]) => value !== null))),
            });
            transceiver.setCodecPreferences(named(codec));
            if (key) transceiver.sender.transform = change("seal", key);
            await pc.setLocalDescription();
            const answer = await call("POST", session + "/tracks/new", {
              sessionDescription: pc.localDescription,
              tracks: [{
                location: "local", mid: transceiver.mid, trackName: "cam", e2ee: isFlagged }] });
            await pc.setRemoteDescription(answer.sessionDescription);
          };

          window.sent = async () => {
            const layers = [...(await pc.getStats()).values()].filter(({ type }) => type === "outbound-rtp");
            const best = layers.toSorted((a, b) => (b.frameWidth ?? 0) - (a.frameWidth ?? 0))[0];
            // Every layer of a picture in spatial layers counts.
            const spatial = Number(best?.scalabilityMode?.[1] ?? 1);
            return {
              width: best?.frameWidth ?? 0,
              frames: Math.round((best?.framesEncoded ?? 0) / spatial),
              keyFrames: best?.keyFramesEncoded ?? 0,
              asked: best?.pliCount ?? 0,
            };
          };

          window.pull = async ({ from, preferredRid, key }) => {
            window.pulled = { location: "remote", sessionId: from, trackName: "cam" };
            const answer = await call("POST", session + "/tracks/new", {
              tracks: [{ ...pulled, simulcast: { preferredRid } }] });
            pulled.mid = answer.tracks[0].mid;
            pulled.e2ee = answer.tracks[0].e2ee;
            await pc.setRemoteDescription(answer.sessionDescription);
            const { receiver } = pc.getTransceivers().at(-1);
            if (key) receiver.transform = change("open", key);
            await pc.setLocalDescription();
            await call("PUT", session + "/renegotiate", { sessionDescription: pc.localDescription });
            window.video = Object.assign(document.createElement("video"), {
              muted: true, srcObject: new MediaStream([receiver.track]) });
            document.body.append(video);
            void video.play();
          };

          window.prefer = (preferredRid) => call("PUT", session + "/tracks/update", {
            tracks: [{ ...pulled, simulcast: { preferredRid } }] });

          window.colours = () => {
            if (!video.videoWidth) return null;
            const canvas = Object.assign(document.createElement("canvas"), { width: 4, height: 2 });
            const context = canvas.getContext("2d");
            context.drawImage(video, 0, 0, 4, 2);
            const at = (x) => {
              const seen = context.getImageData(x, 1, 1, 1).data;
              const isNear = (wanted) => wanted.every((value, index) => Math.abs(value - seen[index]) < 40);
              return Object.keys(colourOf).find((name) => isNear(colourOf[name])) ?? `${seen}`;
            };
            return `${at(0)} ${at(3)}`;
          };
        })()
        """;
}
