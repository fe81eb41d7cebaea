// What the link of a call holds: an app, and a token that lets people in. Never the app's secret.
import { Api } from "./api.js";

// Chosen: a long working day; an invitation that ends earlier ends this too.
const guestSeconds = 12 * 3600;

/** A link that lets nobody in, with a sentence for the person at the screen. */
export class LinkError extends Error {}

/** Reads the link: in the fragment, which is sent to no server, or in the query. */
export function readLink() {
  const all = new URLSearchParams(location.search);
  new URLSearchParams(location.hash.slice(1)).forEach((value, key) => all.set(key, value));
  const app = all.get("app") ?? "";
  const token = all.get("token") ?? "";
  if (!app || !token) {
    throw new LinkError("This address is not a whole invitation. Open the link exactly as you got it.");
  }
  const claims = readClaims(token);
  if (!claims?.group) {
    throw new LinkError("This link invites to no call. Ask for a new one.");
  }
  const [width, height] = (all.get("size") ?? "").split("x").map(Number);
  return {
    app,
    token,
    room: claims.group,
    isInvitation: claims.invite === true,
    seconds: Math.max(1, Math.min(guestSeconds, Math.floor(claims.exp - Date.now() / 1000))),
    name: all.get("name") ?? "",
    picture: { width: width || 1280, height: height || 720, fps: Number(all.get("fps")) || 30 },
  };
}

/** The address to give to others: of a person's own token there is none. */
export function shareLink({ app, token, isInvitation }) {
  return isInvitation
    ? `${location.origin}/call#${new URLSearchParams({ app, token })}`
    : "";
}

/** The API as the person who came: an invitation is changed for a token of one's own, so that nobody else
 * with the same link can end or change what this page makes. */
export async function enter({ app, token, isInvitation, seconds }) {
  const api = new Api(app, token);
  if (!isInvitation) {
    return api;
  }
  const mine = await api.request("POST", "tokens", { ttl: seconds });
  return new Api(app, mine.token);
}

// The server checks the signature; here it is only for what to show.
function readClaims(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
