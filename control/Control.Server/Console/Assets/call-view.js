// The third part of the page: makes the link of a call. The secret stays here; the link carries a token
// that only lets people into that one call.
import { Api } from "./call/api.js";
import { shareLink } from "./call/invitation.js";
import { toEmbed } from "./call/share.js";
import { find } from "./view.js";

// All that the call's page publishes; no other names can be, by whoever holds the link.
const names = ["cam", "mic", "screen", "screen-audio", "chat"];

/** Binds the form; access() gives credentials, or null after asking for them. */
export class CallView {
  #access;

  constructor(access) {
    this.#access = access;
    find("call-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#invite(new FormData(event.target));
    });
    // Another name is another call: the link on the screen would be to the one before.
    find("call-form").addEventListener("input", () => (find("call-share").hidden = true));
  }

  /** Puts the URL's wishes into the form. */
  fill(parameters) {
    if (parameters.get("call")) {
      find("call-room").value = parameters.get("call");
    }
  }

  async #invite(form) {
    const access = this.#access();
    if (!access) {
      return;
    }
    try {
      const { token } = await new Api(access.app, access.bearer).request("POST", "tokens", {
        ttl: Number(form.get("ttl")),
        group: form.get("room").trim(),
        invite: true,
        publish: names,
        pull: true,
      });
      this.#show(shareLink({ app: access.app, token, isInvitation: true }));
    } catch (error) {
      this.#say(error.message);
    }
  }

  #show(link) {
    find("call-link").value = link;
    find("call-embed").value = toEmbed(link);
    find("call-open").href = link;
    find("call-share").hidden = false;
    find("call-open").focus();
    this.#say("");
  }

  #say(sentence) {
    const line = find("call-message");
    line.textContent = sentence;
    line.dataset.tone = sentence ? "bad" : "";
  }
}
