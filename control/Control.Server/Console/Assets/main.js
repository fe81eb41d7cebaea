// The console: credentials, tabs and the URL around a publisher and a player.
//
// URL parameters, in the query or the fragment (the fragment is sent to no server):
//   app, secret, token              credentials; a secret is taken out of the address at once
//   publish=NAME                    stream name; with source=camera|screen|test, codec=VP8|VP9|H264|AV1,
//                                   simulcast=0|1, size=WIDTHxHEIGHT and fps=N of the test picture
//   watch=NAME                      stream name
//   call=NAME                       name of a call to make a link for
//   auto=1                          start at once what is named (never a camera or a screen)
import { readAccess, storeAccess } from "./access.js";
import { CallView } from "./call-view.js";
import { bindCopyButtons } from "./call/share.js";
import { Player } from "./player.js";
import { PublishView } from "./publish-view.js";
import { Publisher } from "./publisher.js";
import { find } from "./view.js";
import { WatchView } from "./watch-view.js";

let access = { app: "", secret: "", token: "" };
let wakeLock = null;
const publisher = new Publisher();
const player = new Player(find("watch-video"));
const publishView = new PublishView(publisher, requireAccess);
const watchView = new WatchView(player, requireAccess);
const callView = new CallView(requireAccess);
const tabs = ["publish", "watch", "call"];

function readParameters() {
  const all = new URLSearchParams(location.search);
  new URLSearchParams(location.hash.slice(1)).forEach((value, key) => all.set(key, value));
  return all;
}

// Not left in the address bar, in history or in a copied link.
function hideSecret() {
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (!query.has("secret") && !fragment.has("secret")) {
    return;
  }
  query.delete("secret");
  fragment.delete("secret");
  const search = query.toString();
  const hash = fragment.toString();
  const path = location.pathname + (search && `?${search}`) + (hash && `#${hash}`);
  history.replaceState(null, "", path);
}

function bearer() {
  return access.token || access.secret;
}

function requireAccess() {
  if (access.app && bearer()) {
    return { app: access.app, secret: access.secret, bearer: bearer() };
  }
  openAccessDialog();
  return null;
}

function showAccess() {
  const isKnown = Boolean(access.app && bearer());
  find("access-button").dataset.ok = isKnown;
  find("access-label").textContent = isKnown ? `App ${access.app}` : "Enter app and secret";
  find("version").textContent = access.version ? `Version ${access.version}` : "";
}

function openAccessDialog() {
  find("access-app").value = access.app;
  find("access-secret").value = bearer();
  if (!find("access-dialog").open) {
    find("access-dialog").showModal();
  }
  (access.app ? find("access-secret") : find("access-app")).select();
}

function bindAccess() {
  find("access-button").addEventListener("click", openAccessDialog);
  find("access-cancel").addEventListener("click", () => find("access-dialog").close());
  find("access-form").addEventListener("submit", () => {
    const typed = find("access-secret").value.trim();
    const isToken = typed.split(".").length === 3;
    access = {
      ...access,
      app: find("access-app").value.trim(),
      secret: isToken ? "" : typed,
      token: isToken ? typed : "",
    };
    storeAccess(access);
    showAccess();
  });
}

function bindTheme() {
  const root = document.documentElement;
  const saved = localStorage.getItem("edge.theme");
  if (saved) {
    root.dataset.theme = saved;
  }
  find("theme-button").addEventListener("click", () => {
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("edge.theme", root.dataset.theme);
  });
}

// On a narrow screen one part shows at a time.
function bindTabs() {
  tabs.forEach((name, index) => {
    const tab = find(`tab-${name}`);
    tab.addEventListener("click", () => selectTab(name));
    tab.addEventListener("keydown", ({ key }) => {
      const step = { ArrowLeft: tabs.length - 1, ArrowRight: 1 }[key];
      if (step) {
        const next = tabs[(index + step) % tabs.length];
        selectTab(next);
        find(`tab-${next}`).focus();
      }
    });
  });
}

function selectTab(name) {
  document.body.dataset.tab = name;
  for (const each of tabs) {
    const isSelected = each === name;
    find(`tab-${each}`).setAttribute("aria-selected", String(isSelected));
    find(`tab-${each}`).tabIndex = isSelected ? 0 : -1;
  }
}

// A phone that falls asleep stops its camera.
async function holdScreen() {
  const isRunning = publisher.isRunning || player.isRunning;
  if (isRunning && !wakeLock) {
    wakeLock = "asked";
    try {
      wakeLock = await navigator.wakeLock?.request("screen");
      wakeLock?.addEventListener("release", () => (wakeLock = null));
    } catch {
      // Not allowed now, on low battery for one: the stream goes on while the screen does.
    }
  } else if (!isRunning) {
    wakeLock?.release?.();
    wakeLock = null;
  }
}

async function applyUrl() {
  const parameters = readParameters();
  access = await readAccess(parameters);
  storeAccess(access);
  hideSecret();
  showAccess();
  publishView.fill(parameters);
  watchView.fill(parameters);
  callView.fill(parameters);
  selectTab(tabs.find((name) => parameters.has(name)) ?? "publish");
  if (parameters.get("auto") === "1") {
    if (parameters.has("publish")) {
      publishView.startByUrl();
    }
    if (parameters.has("watch")) {
      watchView.start();
    }
  }
}

/** For tests and for the curious; documented in control/README.md. */
window.edgeConsole = {
  publisher,
  player,
  isReady: false,
  snapshot() {
    const { state, message, name, stats } = publisher;
    return {
      isReady: this.isReady,
      publish: { state, message, name, stats },
      watch: {
        state: player.state,
        message: player.message,
        name: player.name,
        stats: player.stats,
        joinMs: player.joinMs,
        framesShown: player.framesShown,
        glassToGlass: player.glassToGlass,
      },
    };
  },
};

bindAccess();
bindTheme();
bindTabs();
bindCopyButtons();
publisher.addEventListener("change", holdScreen);
player.addEventListener("change", holdScreen);
document.addEventListener("visibilitychange", holdScreen);
publishView.show();
watchView.show();
await applyUrl();
addEventListener("hashchange", applyUrl);
window.edgeConsole.isReady = true;
