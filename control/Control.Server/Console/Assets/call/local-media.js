// The camera, the microphone and the screen of the person at this page.
import { SourceError, deniedSentence, deviceSentence, openScreen, requireDevices } from "../devices.js";

/** Fires "change" when a track comes, goes or ends by itself. A device that is off is let go of, so that
 * its light goes out; only the microphone stays open while muted, or the first word would be lost. */
export class LocalMedia extends EventTarget {
  camera = null;
  microphone = null;
  screen = null;
  screenSound = null;
  isMuted = false;
  cameraId = "";
  microphoneId = "";

  #picture;

  constructor(picture) {
    super();
    this.#picture = picture;
  }

  /** Opens camera and microphone together, so that the browser asks once. What cannot be had is left out.
   * @returns {Promise<string[]>} what there is to say about it. */
  async openBoth() {
    requireDevices("A camera");
    try {
      this.#take(await navigator.mediaDevices.getUserMedia({
        video: this.#video(), audio: this.#audio(),
      }));
      return [];
    } catch {
      // One of the two may be there: ask for each, and say what is wrong with which.
      const results = await Promise.allSettled([this.openCamera(), this.openMicrophone()]);
      const notices = results.filter((each) => each.reason).map((each) => each.reason.message);
      return [...new Set(notices)];
    }
  }

  async openCamera() {
    requireDevices("A camera");
    await this.#open({ video: this.#video() }, "camera");
  }

  async openMicrophone() {
    requireDevices("A microphone");
    await this.#open({ audio: this.#audio() }, "microphone");
  }

  closeCamera() {
    this.#drop("camera");
  }

  async openScreen() {
    const stream = await openScreen();
    this.screen = this.#watch(stream.getVideoTracks()[0], "screen");
    const sound = stream.getAudioTracks()[0];
    this.screenSound = sound ? this.#watch(sound, "screenSound") : null;
    this.#tell();
  }

  closeScreen() {
    this.#drop("screenSound");
    this.#drop("screen");
  }

  /** Changes to another device; the one before is let go of first, as phones want it. */
  async choose(kind, id) {
    this[`${kind}Id`] = id;
    if (this[kind]) {
      this.#drop(kind);
      await (kind === "camera" ? this.openCamera() : this.openMicrophone());
    }
  }

  mute(isMuted) {
    this.isMuted = isMuted;
    if (this.microphone) {
      this.microphone.enabled = !isMuted;
    }
    this.#tell();
  }

  closeAll() {
    this.closeScreen();
    this.#drop("camera");
    this.#drop("microphone");
  }

  async #open(constraints, device) {
    try {
      this.#take(await navigator.mediaDevices.getUserMedia(constraints));
    } catch (error) {
      throw new SourceError(
        error.name === "NotAllowedError" ? deniedSentence(device) : deviceSentence(error, device));
    }
  }

  #take(stream) {
    const camera = stream.getVideoTracks()[0];
    const microphone = stream.getAudioTracks()[0];
    if (camera) {
      camera.contentHint = "motion";
      this.camera = this.#watch(camera, "camera");
    }
    if (microphone) {
      microphone.enabled = !this.isMuted;
      this.microphone = this.#watch(microphone, "microphone");
    }
    this.#tell();
  }

  // Unplugged, taken by the system, or "stop sharing" of the browser itself.
  #watch(track, name) {
    track.addEventListener("ended", () => {
      if (this[name] === track) {
        this[name] = null;
        this.#tell();
      }
    });
    return track;
  }

  #drop(name) {
    const track = this[name];
    if (track) {
      this[name] = null;
      track.stop();
      this.#tell();
    }
  }

  #video() {
    const { width, height, fps } = this.#picture;
    return {
      width: { ideal: width },
      height: { ideal: height },
      frameRate: { ideal: fps, max: fps },
      ...(this.cameraId ? { deviceId: { exact: this.cameraId } } : { facingMode: "user" }),
    };
  }

  #audio() {
    return {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(this.microphoneId ? { deviceId: { exact: this.microphoneId } } : {}),
    };
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
