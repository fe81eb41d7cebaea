// The page of a call: the link, the lobby, the call, and what comes after.
//
// Parameters, in the fragment or the query: app and token (an invitation of a group, or a person's own
// token of one), name=NAME, size=WIDTHxHEIGHT and fps=N of the camera. It never joins by itself: a link
// that somebody sends must not turn on a microphone for others to hear.
import { find, make } from "../view.js";
import { BarView } from "./bar-view.js";
import { Call } from "./call.js";
import { ChatView } from "./chat-view.js";
import { LinkError, enter, readLink, shareLink } from "./invitation.js";
import { LobbyView } from "./lobby-view.js";
import { LocalMedia } from "./local-media.js";
import { Quality } from "./quality.js";
import { bindCopyButtons, toEmbed } from "./share.js";
import { TilesView } from "./tiles-view.js";
import { backoffMs, pause } from "./waiting.js";

const toastMs = 5_000;
let call = null;
let tiles = null;
let media = null;
let known = null;

function show(view) {
  document.body.dataset.view = view;
  for (const id of ["loading", "lobby", "in-call", "ended"]) {
    find(id).hidden = id !== view;
  }
}

/** A short word that goes by itself. */
function say(sentence) {
  const toast = make("p", "toast", sentence);
  find("toasts").append(toast);
  while (find("toasts").children.length > 3) {
    find("toasts").firstChild.remove();
  }
  setTimeout(() => toast.remove(), toastMs);
}

function end(title, text, canRetry) {
  media?.closeAll();
  find("ended-title").textContent = title;
  find("ended-text").textContent = text;
  find("again-button").hidden = !canRetry;
  show("ended");
  find("ended-title").focus();
}

/** The server may be away just now: then the page waits for it. */
async function enterPatiently(link) {
  for (let failures = 0; ; failures++) {
    try {
      return await enter(link);
    } catch (error) {
      if (!error.isUnreachable && error.status !== 429 && error.status !== 503) {
        throw error;
      }
      find("loading").firstElementChild.textContent = `${error.message} Trying again…`;
      await pause(Math.max(error.retryAfterMs, backoffMs(failures)));
    }
  }
}

function showCall() {
  if (call.state === "left") {
    end("You left the call", "", true);
  } else if (call.state === "failed") {
    end("The call is over for you", explain(call), true);
  } else if (document.body.dataset.view === "in-call") {
    tiles.show();
    showTop();
    announce();
  } else {
    lobby.showPeople(call.others);
  }
}

function explain({ message }) {
  return `${message} If you should still have access, ask for a new link.`;
}

function showTop() {
  const count = call.others.length + 1;
  find("people-count").textContent = count === 1 ? "Only you" : `${count} people`;
  const banner = find("banner");
  const words = {
    joining: "Connecting…",
    reconnecting: `${call.message || "The connection was lost."} Connecting again…`,
    live: call.roster.isAway ? "The server does not answer. Waiting for it…" : "",
  };
  banner.textContent = words[call.state] ?? "";
  banner.hidden = !banner.textContent;
}

/** Says who came and who went, to those who listen to the page too. */
function announce() {
  const now = new Map(call.others.map(({ sessionId, name }) => [sessionId, name]));
  // After a connection of one's own everybody looks new.
  if (known && call.state === "live") {
    const names = new Set(known.values());
    const still = new Set(now.values());
    [...now.values()].filter((name) => !names.has(name)).forEach((name) => say(`${name} joined`));
    [...known.values()].filter((name) => !still.has(name)).forEach((name) => say(`${name} left`));
  }
  if (call.state === "live") {
    known = now;
  }
}

function showQuality(quality) {
  const element = find("quality");
  element.dataset.level = quality.level;
  element.title = quality.text;
  element.setAttribute("aria-label", quality.text);
}

function bindShare(link) {
  const address = shareLink(link);
  document.querySelector("[data-does=share]").hidden = !address;
  find("call-link").value = address;
  find("call-embed").value = address && toEmbed(address);
}

function join(name) {
  lobby.close();
  show("in-call");
  find("room-name").textContent = link.room;
  document.title = `${link.room} · Call`;
  tiles = new TilesView(call, media);
  media.addEventListener("change", () => tiles.show());
  const chat = new ChatView(call.chat, say);
  actions.chat = () => chat.toggle();
  const quality = new Quality(call);
  quality.addEventListener("change", () => showQuality(quality));
  call.join(name);
  showCall();
  holdScreen();
}

// A phone that falls asleep leaves the call.
async function holdScreen() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Not allowed now, on low battery for one: the call goes on while the screen does.
  }
}

const actions = {
  mic: () => (media.microphone ? media.mute(!media.isMuted) : openMicrophone()),
  camera: () => (media.camera ? media.closeCamera() : media.openCamera()),
  screen: () => (media.screen ? media.closeScreen() : media.openScreen()),
  share: () => find("share-dialog").showModal(),
  leave: () => call.leave(),
};

async function openMicrophone() {
  media.mute(false);
  await media.openMicrophone();
}

/** For tests and for the curious; documented in control/README.md. */
window.edgeCall = {
  snapshot: () => ({
    view: document.body.dataset.view,
    state: call?.state ?? "",
    message: call?.message ?? "",
    sessionId: call?.session?.id ?? "",
    isChatOpen: call?.chat.isOpen ?? false,
    messages: call?.chat.messages.map(({ from, text }) => ({ from, text })) ?? [],
    tiles: tiles?.snapshot() ?? [],
  }),
  get call() {
    return call;
  },
};

let link = null;
let lobby = null;

async function start() {
  const theme = readTheme();
  if (theme) {
    document.documentElement.dataset.theme = theme;
  }
  bindCopyButtons();
  find("again-button").addEventListener("click", () => location.reload());
  addEventListener("hashchange", () => location.reload());
  document.addEventListener("visibilitychange", () =>
    document.visibilityState === "visible" && call?.state === "live" && holdScreen());
  link = readLink();
  const api = await enterPatiently(link);
  media = new LocalMedia(link.picture);
  call = new Call(api, media);
  lobby = new LobbyView(media, link, join);
  new BarView(media, actions, (sentence) =>
    document.body.dataset.view === "lobby" ? lobby.say(sentence) : say(sentence));
  bindShare(link);
  call.addEventListener("change", showCall);
  show("lobby");
  call.roster.start();
  await lobby.open();
}

function readTheme() {
  try {
    return localStorage.getItem("edge.theme");
  } catch {
    return null; // A frame of another page may have no storage at all.
  }
}

try {
  await start();
} catch (error) {
  const isOfTheLink = error instanceof LinkError;
  end(
    isOfTheLink ? "This link does not open a call" : "The call cannot be opened",
    isOfTheLink ? error.message : `${error.message} Ask for a new link if this one is old.`,
    !isOfTheLink);
}
