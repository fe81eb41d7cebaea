// The left half of the page: a publisher's form, picture, numbers and links.
import { createToken } from "./access.js";
import { listDevices } from "./devices.js";
import { endpointUrl } from "./endpoint.js";
import { sendableCodecs } from "./publisher.js";
import {
  bitrate, duration, find, lossTone, round, showLayers, showNumbers, showState,
} from "./view.js";

const shareSeconds = 24 * 3600;
const limits = { bandwidth: "bandwidth-limited", cpu: "CPU-limited" };

/** Binds a publisher to the page; access() gives credentials, or null after asking for them. */
export class PublishView {
  #publisher;
  #access;
  #parameters = new URLSearchParams();
  #form = find("publish-form");

  constructor(publisher, access) {
    this.#publisher = publisher;
    this.#access = access;
    publisher.addEventListener("change", () => this.show());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      publisher.isRunning ? publisher.stop() : this.start();
    });
    this.#form.addEventListener("change", (event) => {
      if (event.target.name === "source") {
        this.#showDevices();
      }
    });
  }

  /** Puts the URL's wishes into the form. */
  fill(parameters) {
    this.#parameters = parameters;
    const codecs = sendableCodecs();
    const select = find("codec-select");
    select.replaceChildren(...codecs.map((name) => new Option(name, name)));
    if (codecs.includes(parameters.get("codec"))) {
      select.value = parameters.get("codec");
    }
    if (parameters.get("publish")) {
      find("publish-name").value = parameters.get("publish");
    }
    const source = CSS.escape(parameters.get("source") ?? "");
    const radio = this.#form.querySelector(`[name=source][value="${source}"]`);
    if (radio) {
      radio.checked = true;
    }
    if (parameters.has("simulcast")) {
      find("simulcast").checked = parameters.get("simulcast") !== "0";
    }
  }

  /** Starts by itself, but only what shows nothing of the person: a link that somebody sends must not
   * turn on a camera, even where the permission was given before. */
  startByUrl() {
    if (this.#source() === "test") {
      this.start();
    } else {
      find("publish-button").focus();
    }
  }

  async start() {
    const access = this.#access();
    if (!access) {
      return;
    }
    const form = new FormData(this.#form);
    const [width, height] = (this.#parameters.get("size") ?? "").split("x").map(Number);
    await this.#publisher.start({
      ...access,
      name: form.get("name"),
      source: form.get("source"),
      codec: form.get("codec"),
      simulcast: form.has("simulcast"),
      cameraId: form.get("camera") ?? "",
      microphoneId: form.get("microphone") ?? "",
      width: width || 1280,
      height: height || 720,
      framesPerSecond: Number(this.#parameters.get("fps")) || 30,
    });
  }

  show() {
    const { state, stream, stats, isRunning, startedAt } = this.#publisher;
    showState("publish", this.#publisher);
    const button = find("publish-button");
    button.textContent = isRunning ? "Stop publishing" : "Start publishing";
    button.dataset.running = isRunning;
    for (const field of this.#form.querySelectorAll("input, select")) {
      field.disabled = isRunning;
    }
    const video = find("publish-video");
    if (video.srcObject !== stream) {
      video.srcObject = stream;
      if (stream) {
        this.#showDevices();
        this.#showShare();
      }
    }
    find("publish-empty").hidden = stream !== null;
    find("share").hidden = !isRunning;
    const clock = find("publish-clock");
    clock.hidden = state !== "live";
    clock.textContent = duration(performance.now() - startedAt);
    showLayers(find("publish-layers"), stats?.layers ?? []);
    showNumbers(find("publish-numbers"), stats ? toTiles(stats) : []);
  }

  async #showShare() {
    const access = this.#access();
    const name = this.#publisher.name;
    const token = await createToken({
      ...access,
      stream: name,
      action: "play",
      lifetimeSeconds: shareSeconds,
    });
    const { app } = access;
    const fragment = new URLSearchParams({ watch: name, app, ...(token ? { token } : {}), auto: "1" });
    find("share-link").value = `${location.origin}/#${fragment}`;
    find("share-whep").value = endpointUrl(app, "whep", name);
    find("share-whip").value = endpointUrl(app, "whip", name);
  }

  async #showDevices() {
    const devices = this.#source() === "camera" ? await listDevices() : {};
    fillSelect(find("camera-select"), devices.cameras ?? [], find("devices"));
    fillSelect(find("microphone-select"), devices.microphones ?? [], find("microphones"));
  }

  #source() {
    return this.#form.querySelector("[name=source]:checked").value;
  }
}

function toTiles(stats) {
  return [
    ["Bitrate", ...bitrate(stats.bitrateKbps)],
    ["Frame rate", round(stats.framesPerSecond), "fps"],
    ["Size", stats.width ? `${stats.width}×${stats.height}` : "–"],
    ["Codec", stats.codec || "–", limits[stats.limitedBy] ?? ""],
    ["Loss", round(stats.lossPercent, 1), "%", lossTone(stats.lossPercent)],
    ["Round trip", round(stats.roundTripMs ?? NaN), "ms"],
  ];
}

function fillSelect(select, devices, box) {
  const chosen = select.value;
  const options = devices.map((device, index) =>
    new Option(device.label || `${index + 1}`, device.deviceId));
  select.replaceChildren(...options);
  if (devices.some((device) => device.deviceId === chosen)) {
    select.value = chosen;
  }
  // One device needs no choice.
  box.hidden = devices.length < 2;
}
