// Small helpers that put values on the page. Texts go in as text, never as HTML.

/** The element of an id. */
export function find(id) {
  return document.getElementById(id);
}

/** An element with a class and children or text. */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  element.append(...children);
  return element;
}

/** A number without needless digits. */
export function round(value, digits = 0) {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}

/** A bitrate as [number, unit]. */
export function bitrate(kbps) {
  return kbps >= 1000 ? [round(kbps / 1000, 2), "Mbit/s"] : [round(kbps), "kbit/s"];
}

/** A duration as 0:07, 12:34 or 1:02:03. */
export function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** Shows tiles: [title, value, unit, tone] each. Elements stay, so that nothing flickers. */
export function showNumbers(list, tiles) {
  while (list.children.length > tiles.length) {
    list.lastChild.remove();
  }
  tiles.forEach(([title, value, unit = "", tone = ""], index) => {
    let tile = list.children[index];
    if (!tile) {
      tile = make("div", "", make("dt"), make("dd", "", document.createTextNode(""), make("small")));
      list.append(tile);
    }
    setText(tile.firstChild, title);
    tile.lastChild.firstChild.nodeValue = value;
    setText(tile.lastChild.lastChild, unit);
    tile.dataset.tone = tone;
  });
}

/** Shows simulcast layers, best first. */
export function showLayers(box, layers) {
  const shown = layers.filter((layer) => layer.rid);
  box.hidden = shown.length === 0;
  const most = Math.max(1, ...shown.map((layer) => layer.bitrateKbps));
  box.replaceChildren(
    ...shown.toReversed().map((layer) => {
      const bar = make("i");
      bar.style.width = `${(100 * layer.bitrateKbps) / most}%`;
      const size = layer.width ? `${layer.width}×${layer.height}` : "–";
      const row = make("div", "layer",
        make("b", "", layer.rid),
        make("span", "", size),
        make("span", "fps", `${round(layer.framesPerSecond)} fps`),
        make("span", "bar", bar),
        make("span", "", bitrate(layer.bitrateKbps).join(" ")));
      row.dataset.active = layer.isActive;
      return row;
    }));
}

/** Draws values as an area, newest at the right. */
export function drawGraph(canvas, values, countMax) {
  const scale = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  const colour = getComputedStyle(canvas).getPropertyValue("color");
  const top = Math.max(1, ...values) * 1.15;
  const x = (index) => width - ((values.length - 1 - index) * width) / (countMax - 1);
  const y = (value) => height - 2 - (value / top) * (height - 6);
  context.beginPath();
  values.forEach((value, index) => context.lineTo(x(index), y(value)));
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = "round";
  context.stroke();
  context.lineTo(x(values.length - 1), height);
  context.lineTo(x(0), height);
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fill();
}

function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

const stateWords = {
  idle: "Ready",
  preparing: "Preparing",
  connecting: "Connecting",
  waiting: "Waiting for the publisher",
  live: "Live",
  stalled: "No picture",
  reconnecting: "Connecting again",
  failed: "Failed",
};

/** Shows a state in words, and what there is to say about it. */
export function showState(id, { state, message }) {
  const badge = find(`${id}-state`);
  badge.dataset.state = state;
  setText(badge, stateWords[state]);
  const line = find(`${id}-message`);
  line.dataset.tone = state === "failed" ? "bad" : message ? "warn" : "";
  setText(line, message);
}

/** How bad a loss is. */
export function lossTone(percent) {
  return percent >= 5 ? "bad" : percent >= 1 ? "warn" : "";
}
