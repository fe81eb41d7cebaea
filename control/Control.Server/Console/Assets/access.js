// Who this page is to the server: an app id with its secret, or with a token for one stream.

const storageKey = "edge.access";

/** Reads credentials from the URL, this tab's memory, or the server's well-known app. */
export async function readAccess(parameters) {
  const fromUrl = {
    app: parameters.get("app") ?? "",
    secret: parameters.get("secret") ?? "",
    token: parameters.get("token") ?? "",
  };
  const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");
  const defaults = await readDefaults();
  const known = fromUrl.app && fromUrl.app !== stored.app ? {} : stored;
  const access = {
    app: fromUrl.app || known.app || defaults.app || "",
    secret: fromUrl.secret || known.secret || "",
    token: fromUrl.token,
    version: defaults.version ?? "",
  };
  if (!access.secret && !access.token && access.app === defaults.app) {
    access.secret = defaults.secret ?? "";
  }
  return access;
}

/** Keeps credentials for this tab, until it is closed. */
export function storeAccess({ app, secret }) {
  sessionStorage.setItem(storageKey, JSON.stringify({ app, secret }));
}

/** A token for one stream and one action, signed here; null where the browser has no crypto. */
export async function createToken({ app, secret, stream, action, lifetimeSeconds }) {
  if (!crypto.subtle || !secret) {
    return null;
  }
  const exp = Math.floor(Date.now() / 1000) + lifetimeSeconds;
  const signed =
    encode(JSON.stringify({ alg: "HS256", typ: "JWT" })) +
    "." +
    encode(JSON.stringify({ app, stream, action, exp }));
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey(
    "raw", bytes.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, bytes.encode(signed));
  return `${signed}.${encode(String.fromCharCode(...new Uint8Array(signature)))}`;
}

async function readDefaults() {
  try {
    return await (await fetch("/console/api/defaults")).json();
  } catch {
    return {};
  }
}

function encode(text) {
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
