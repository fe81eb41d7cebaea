// One picture of the call: somebody, or a screen.
import { make } from "../view.js";

const stalledMs = 3_000;

/** A tile. Elements stay for as long as the tile does, so that nothing flickers. */
export class Tile {
  element = make("div", "tile");
  #video = make("video");
  #audio = make("audio");
  #initials = make("span", "tile-initials");
  #name = make("span", "tile-name");
  #muted = createIcon("#icon-mic-off", "muted");
  #frames = 0;
  #framesBefore = 0;
  #framesAt = 0;

  constructor({ isScreen = false, isOwn = false } = {}) {
    this.element.tabIndex = 0;
    this.element.role = "button";
    this.element.dataset.kind = isScreen ? "screen" : "person";
    this.element.dataset.own = isOwn;
    this.#video.autoplay = true;
    this.#video.playsInline = true;
    // The sound has an element of its own: it goes on while the camera is off.
    this.#video.muted = true;
    this.#audio.autoplay = true;
    this.#muted.hidden = true;
    const foot = make("div", "tile-foot", this.#muted, this.#name);
    this.#count();
    this.element.append(make("div", "tile-face", this.#initials), this.#video, foot);
    if (!isOwn) {
      this.element.append(this.#audio);
    }
  }

  get video() {
    return this.#video;
  }

  /** Pictures shown so far. */
  get frames() {
    return this.#frames;
  }

  /** Shows what there is: tracks may be null. */
  show({ name, initialsOf = name, video, audio, isMuted, label }) {
    setTrack(this.#video, video);
    setTrack(this.#audio, audio);
    this.element.dataset.video = Boolean(video);
    this.#muted.hidden = !isMuted;
    if (this.#name.textContent !== name) {
      this.#name.textContent = name;
      this.#initials.textContent = toInitials(initialsOf);
      this.element.style.setProperty("--hue", toHue(initialsOf));
    }
    if (this.element.ariaLabel !== label) {
      this.element.ariaLabel = label;
    }
  }

  set isSpeaking(value) {
    this.element.dataset.speaking = value;
  }

  set isPinned(value) {
    this.element.ariaPressed = String(value);
  }

  set isMuted(value) {
    this.#muted.hidden = !value;
  }

  /** Looks whether pictures still come; called once in a while. A screen on which nothing moves sends
   * none. */
  watch(now) {
    const isMoving = this.#frames !== this.#framesBefore || !this.#video.srcObject;
    const cannotTell = document.hidden || !this.#video.requestVideoFrameCallback;
    if (isMoving || cannotTell || this.element.dataset.kind === "screen") {
      this.#framesBefore = this.#frames;
      this.#framesAt = now;
    }
    this.element.dataset.stalled = now - this.#framesAt > stalledMs;
  }

  /** Whether the browser holds the sound back: a frame of another page may not make any before somebody
   * clicked in it. */
  get isHeld() {
    return Boolean(this.#audio.srcObject) && this.#audio.paused;
  }

  /** Starts sound that was held back, after a click. */
  play() {
    this.#audio.play().catch(() => {
      // Still not allowed: the button stays.
    });
  }

  remove() {
    setTrack(this.#video, null);
    setTrack(this.#audio, null);
    this.element.remove();
  }

  // Firefox counts no pictures of a live stream in getVideoPlaybackQuality.
  #count() {
    this.#video.requestVideoFrameCallback?.(() => {
      this.#frames++;
      this.#count();
    });
  }
}

function setTrack(element, track) {
  if ((element.srcObject?.getTracks()[0] ?? null) !== track) {
    element.srcObject = track ? new MediaStream([track]) : null;
  }
}

function createIcon(reference, className) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", reference);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  const span = make("span", `tile-icon ${className}`);
  span.append(svg);
  return span;
}

function toInitials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...(word ?? "")][0] ?? "");
  return letters.join("").toUpperCase() || "?";
}

// The same person has the same colour on every screen.
function toHue(name) {
  const sum = [...name].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 360, 7);
  return String(sum);
}
