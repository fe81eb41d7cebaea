// The grid of the call: a tile for each person and each screen.
import { find } from "../view.js";
import { arrange, layerFor } from "./layout.js";
import { Tile } from "./tile.js";
import { Voices, isVoice, measure } from "./voices.js";

const gap = 10;
// Often enough for a ring that follows a voice.
const lookEveryMs = 200;
// While a window is dragged, layers stay as they are.
const layersAfterMs = 300;

/** Binds a call to the grid. */
export class TilesView {
  #call;
  #media;
  #box = find("tiles");
  /** key → { tile, isScreen, person } in the order of the page. */
  #tiles = new Map();
  #pinned = "";
  #voices = new Voices();
  #ownVoice = null;
  #ownTrack = null;
  #layersTimer = 0;

  constructor(call, media) {
    this.#call = call;
    this.#media = media;
    new ResizeObserver(() => this.#place()).observe(this.#box);
    setInterval(() => this.#look(), lookEveryMs);
    document.addEventListener("visibilitychange", () => this.#askForLayers());
    find("sound-held").addEventListener("click", () =>
      this.#tiles.forEach(({ tile }) => tile.isHeld && tile.play()));
  }

  /** Shows who and what is there now. */
  show() {
    const wanted = [...this.#ownTiles(), ...this.#call.others.flatMap((person) => this.#tilesOf(person))];
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, { tile }] of this.#tiles) {
      if (!keys.has(key)) {
        tile.remove();
        this.#tiles.delete(key);
      }
    }
    wanted.forEach((each) => this.#showTile(each));
    this.#voices.keep(keys);
    this.#watchOwnVoice();
    this.#place();
  }

  /** Numbers of each tile, for the page's snapshot. */
  snapshot() {
    return [...this.#tiles].map(([key, { tile, person, isScreen }]) => ({
      key,
      name: person?.name ?? "You",
      isOwn: !person,
      isScreen,
      isMuted: !tile.element.querySelector(".muted").hidden,
      isSpeaking: tile.element.dataset.speaking === "true",
      hasVideo: tile.element.dataset.video === "true",
      isStalled: tile.element.dataset.stalled === "true",
      frames: tile.frames,
      width: tile.video.videoWidth,
      height: tile.video.videoHeight,
    }));
  }

  #ownTiles() {
    const { camera, screen } = this.#media;
    const own = [{ key: "you", name: "You", initialsOf: this.#call.name, video: camera, isOwn: true }];
    return screen
      ? [...own, { key: "you/screen", name: "Your screen", video: screen, isOwn: true, isScreen: true }]
      : own;
  }

  #tilesOf(person) {
    const { sessionId, name, tracks } = person;
    const track = (trackName) =>
      tracks.has(trackName) ? this.#call.receiver(sessionId, trackName)?.track ?? null : null;
    const face = { key: sessionId, name, person, video: track("cam"), audio: track("mic") };
    return tracks.has("screen")
      ? [face, {
        key: `${sessionId}/screen`,
        name: `${name}’s screen`,
        person,
        isScreen: true,
        video: track("screen"),
        audio: track("screen-audio"),
      }]
      : [face];
  }

  #showTile({ key, name, initialsOf, person = null, video, audio = null, isOwn = false, isScreen = false }) {
    let entry = this.#tiles.get(key);
    if (!entry) {
      const tile = new Tile({ isScreen, isOwn });
      const pin = () => this.#pin(key);
      tile.element.addEventListener("click", pin);
      tile.element.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          pin();
        }
      });
      this.#box.append(tile.element);
      entry = { tile, isScreen };
      this.#tiles.set(key, entry);
    }
    entry.person = person;
    const isMuted = !isScreen && (isOwn ? this.#isOwnMuted() : this.#isMuted(key, person));
    const label = [name, !video && "camera off", isMuted && "muted"].filter(Boolean).join(", ");
    entry.tile.show({ name, initialsOf, video, audio, isMuted, label });
  }

  #isOwnMuted() {
    return this.#media.isMuted || !this.#media.microphone;
  }

  #isMuted(key, person) {
    const receiver = this.#call.receiver(person.sessionId, "mic");
    return !receiver || this.#voices.look(key, receiver, performance.now()).isQuiet;
  }

  #pin(key) {
    this.#pinned = this.#pinned === key ? "" : key;
    this.#place();
  }

  /** A screen is there to be read, unless somebody was made large by hand. */
  #place() {
    const all = [...this.#tiles];
    const featured = this.#tiles.has(this.#pinned)
      ? all.filter(([key]) => key === this.#pinned)
      : all.filter(([, { isScreen, person }]) => isScreen && person);
    const others = all.filter((entry) => !featured.includes(entry));
    const box = { width: this.#box.clientWidth, height: this.#box.clientHeight };
    if (box.width === 0 || box.height === 0) {
      return;
    }
    const counts = { featured: featured.length, others: others.length };
    const { places, height } = arrange(counts, box, gap);
    this.#box.style.setProperty("--all-height", `${height}px`);
    [...featured, ...others].forEach(([key, entry], index) => {
      entry.tile.isPinned = key === this.#pinned;
      const { style, dataset } = entry.tile.element;
      const { x, y, width, height: tileHeight } = places[index];
      style.translate = `${x}px ${y}px`;
      style.width = `${width}px`;
      style.height = `${tileHeight}px`;
      dataset.small = width < 200;
      entry.height = tileHeight;
    });
    this.#askForLayers();
  }

  #askForLayers() {
    clearTimeout(this.#layersTimer);
    this.#layersTimer = setTimeout(() => {
      const choices = [...this.#tiles.values()]
        .filter(({ person, isScreen }) => person && !isScreen)
        .map(({ person, height }) => ({
          sessionId: person.sessionId,
          trackName: "cam",
          rid: document.hidden ? "q" : layerFor(height * devicePixelRatio),
        }));
      this.#call.prefer(choices);
    }, layersAfterMs);
  }

  #look() {
    const now = performance.now();
    find("sound-held").hidden = ![...this.#tiles.values()].some(({ tile }) => tile.isHeld);
    for (const [key, { tile, person, isScreen }] of this.#tiles) {
      tile.watch(now);
      if (isScreen) {
        continue;
      }
      const receiver = person && this.#call.receiver(person.sessionId, "mic");
      if (receiver) {
        const { isSpeaking, isQuiet } = this.#voices.look(key, receiver, now);
        tile.isSpeaking = isSpeaking;
        tile.isMuted = isQuiet;
      } else {
        tile.isSpeaking = !person && !this.#isOwnMuted() && isVoice(this.#ownVoice?.level() ?? 0);
      }
    }
  }

  #watchOwnVoice() {
    const { microphone } = this.#media;
    if (microphone !== this.#ownTrack) {
      this.#ownVoice?.stop();
      this.#ownTrack = microphone;
      this.#ownVoice = microphone ? measure(microphone) : null;
    }
  }

}
