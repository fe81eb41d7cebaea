// The right half of the page: a player's form, picture and numbers.
import { bitrate, drawGraph, find, lossTone, round, showNumbers, showState } from "./view.js";

const graphCount = 120;

/** Binds a player to the page; access() gives credentials, or null after asking for them. */
export class WatchView {
  #player;
  #access;
  #form = find("watch-form");
  #video = find("watch-video");
  #graph = [];
  #lastStats = null;

  constructor(player, access) {
    this.#player = player;
    this.#access = access;
    player.addEventListener("change", () => this.show());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      player.isRunning ? player.stop() : this.start();
    });
    find("sound-button").addEventListener("click", () => {
      this.#video.muted = !this.#video.muted;
      this.show();
    });
    find("full-button").addEventListener("click", () => {
      // iPhones give full screen to the video alone.
      const stage = find("watch-stage");
      stage.requestFullscreen ? stage.requestFullscreen() : this.#video.webkitEnterFullscreen?.();
    });
  }

  /** Puts the URL's wishes into the form. */
  fill(parameters) {
    const name = parameters.get("watch") || parameters.get("publish");
    if (name) {
      find("watch-name").value = name;
    }
  }

  async start() {
    const access = this.#access();
    if (!access) {
      return;
    }
    this.#graph = [];
    await this.#player.start({ ...access, name: new FormData(this.#form).get("name") });
  }

  show() {
    const { state, stats, isRunning, framesShown, glassToGlass: age } = this.#player;
    showState("watch", this.#player);
    const button = find("watch-button");
    button.textContent = isRunning ? "Stop watching" : "Watch";
    button.dataset.running = isRunning;
    find("watch-name").disabled = isRunning;
    const hasPicture = isRunning && framesShown > 0;
    find("watch-empty").hidden = hasPicture;
    find("watch-tools").hidden = !hasPicture;
    find("sound-button").textContent = this.#video.muted ? "Sound on" : "Sound off";
    find("watch-age").hidden = age === null || state !== "live";
    find("watch-age").textContent = age ? `${round(age.lastMs)} ms behind` : "";
    showNumbers(find("watch-numbers"), stats ? toTiles(stats, this.#player.joinMs, age) : []);
    this.#showGraph(stats);
  }

  #showGraph(stats) {
    if (stats && stats !== this.#lastStats) {
      this.#lastStats = stats;
      this.#graph = [...this.#graph, stats.bitrateKbps].slice(-graphCount);
    }
    const figure = find("watch-graph");
    figure.hidden = this.#graph.length < 2;
    if (!figure.hidden) {
      drawGraph(figure.querySelector("canvas"), this.#graph, graphCount);
    }
  }
}

function toTiles(stats, joinMs, age) {
  const tiles = [
    ["Bitrate", ...bitrate(stats.bitrateKbps)],
    ["Frame rate", round(stats.framesPerSecond), "fps"],
    ["Size", stats.width ? `${stats.width}×${stats.height}` : "–", stats.codec],
    ["Loss", round(stats.lossPercent, 1), "%", lossTone(stats.lossPercent)],
    ["Round trip", round(stats.roundTripMs ?? NaN), "ms"],
    ["Network", ...bitrate(stats.availableKbps ?? NaN)],
    ["Join", round(joinMs ?? NaN), "ms"],
  ];
  if (age) {
    tiles.push(
      ["Glass to glass", round(age.p50Ms), "ms, median"],
      ["Glass to glass, p95", round(age.p95Ms), "ms"],
      ["Buffer", round(stats.bufferMs), "ms"]);
  }
  return tiles;
}
