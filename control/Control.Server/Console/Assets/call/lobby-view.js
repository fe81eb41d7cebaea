// Before the call: a look at oneself, a name, and who is there already.
import { listDevices } from "../devices.js";
import { find } from "../view.js";
import { measure } from "./voices.js";

const nameKey = "edge.call.name";
const meterEveryMs = 100;

/** Binds the lobby; onJoin(name) is called when the person wants in. */
export class LobbyView {
  #media;
  #meter = null;
  #meterTrack = null;
  #timer = 0;

  constructor(media, { room, name }, onJoin) {
    this.#media = media;
    find("lobby-room").textContent = room;
    find("your-name").value = name || remember(nameKey) || "";
    find("lobby-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const typed = find("your-name").value.trim();
      remember(nameKey, typed);
      onJoin(typed);
    });
    for (const [kind, select] of [["camera", "camera-select"], ["microphone", "microphone-select"]]) {
      find(select).addEventListener("change", ({ target }) =>
        this.#try(() => media.choose(kind, target.value)));
    }
    media.addEventListener("change", () => this.show());
    this.#timer = setInterval(() => this.#showLevel(), meterEveryMs);
  }

  /** Asks for camera and microphone. */
  async open() {
    find("preview-text").textContent = "The browser asks for your camera and microphone…";
    try {
      const notices = await this.#media.openBoth();
      this.say(notices.length > 0 ? `${notices.join(" ")} You can join all the same.` : "");
    } catch (error) {
      this.say(error.message);
    }
    find("preview-text").textContent = "Your camera is off";
    await this.#showDevices();
    this.show();
  }

  show() {
    const { camera, microphone, isMuted } = this.#media;
    const video = find("preview");
    if ((video.srcObject?.getTracks()[0] ?? null) !== camera) {
      video.srcObject = camera ? new MediaStream([camera]) : null;
    }
    video.hidden = !camera;
    find("preview-empty").hidden = Boolean(camera);
    if (microphone !== this.#meterTrack) {
      this.#meter?.stop();
      this.#meterTrack = microphone;
      this.#meter = microphone ? measure(microphone) : null;
    }
    find("meter").parentElement.hidden = !microphone || isMuted;
  }

  /** Says who is in the call. */
  showPeople(people) {
    const names = people.map(({ name }) => name);
    const [first, second] = names;
    const words = [
      "Nobody is here yet.",
      `${first} is here.`,
      `${first} and ${second} are here.`,
      `${first}, ${second} and ${names.length - 2} more are here.`,
    ];
    find("lobby-who").textContent = words[Math.min(names.length, 3)];
  }

  say(sentence) {
    const line = find("lobby-message");
    line.textContent = sentence;
    line.dataset.tone = sentence ? "warn" : "";
  }

  close() {
    clearInterval(this.#timer);
    this.#meter?.stop();
    this.#meter = null;
    find("preview").srcObject = null;
  }

  async #try(change) {
    try {
      await change();
      this.say("");
    } catch (error) {
      this.say(error.message);
    }
  }

  async #showDevices() {
    const { cameras, microphones } = await listDevices();
    fill("camera-select", "cameras", cameras, this.#media.camera);
    fill("microphone-select", "microphones", microphones, this.#media.microphone);
  }

  #showLevel() {
    const level = this.#meter && !this.#media.isMuted ? this.#meter.level() : 0;
    // Square root: a voice fills half of the bar, not a tenth.
    find("meter").style.scale = `${Math.min(1, Math.sqrt(level) * 1.6)} 1`;
  }
}

function fill(selectId, boxId, devices, track) {
  const select = find(selectId);
  select.replaceChildren(...devices.map((device, index) =>
    new Option(device.label || `Device ${index + 1}`, device.deviceId)));
  select.value = track?.getSettings().deviceId ?? "";
  // One device needs no choice, and one that is blocked has none.
  find(boxId).hidden = devices.length < 2 || !track;
}

// A frame of another page may have no storage at all.
function remember(key, value) {
  try {
    if (value !== undefined) {
      localStorage.setItem(key, value);
    }
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
