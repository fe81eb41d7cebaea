// The buttons below the call, and their keys.
import { find } from "../view.js";

const keys = { KeyM: "mic", KeyV: "camera", KeyS: "screen", KeyC: "chat" };

/** Binds buttons of data-does to actions, and keeps them showing what is on. */
export class BarView {
  #media;
  #actions;

  /** actions: mic, camera, screen, chat, share, leave; say(sentence) tells of what went wrong. */
  constructor(media, actions, say) {
    this.#media = media;
    this.#actions = actions;
    for (const button of document.querySelectorAll("[data-does]")) {
      button.addEventListener("click", () => this.#do(button.dataset.does, say));
    }
    document.addEventListener("keydown", (event) => {
      const does = event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code];
      const button = does && this.#visible(does);
      if (button) {
        event.preventDefault();
        button.click();
      }
    });
    media.addEventListener("change", () => this.show());
    find("share-dialog").addEventListener("click", ({ target }) =>
      target === find("share-dialog") && target.close());
    const canShare = Boolean(navigator.mediaDevices?.getDisplayMedia);
    document.querySelector("[data-does=screen]").hidden = !canShare;
    this.show();
  }

  show() {
    const { camera, microphone, isMuted, screen } = this.#media;
    press("mic", microphone && !isMuted);
    press("camera", camera);
    press("screen", screen);
  }

  #visible(does) {
    return [...document.querySelectorAll(`[data-does=${does}]`)].find((button) => button.offsetParent);
  }

  // While the browser asks for a permission a second press would ask again.
  async #do(does, say) {
    const buttons = [...document.querySelectorAll(`[data-does=${does}]`)];
    if (buttons[0].dataset.busy === "true") {
      return;
    }
    buttons.forEach((button) => (button.dataset.busy = true));
    try {
      await this.#actions[does]();
    } catch (error) {
      say(error.message);
    } finally {
      buttons.forEach((button) => (button.dataset.busy = false));
      this.show();
    }
  }
}

function press(does, isOn) {
  for (const button of document.querySelectorAll(`[data-does=${does}]`)) {
    button.setAttribute("aria-pressed", String(Boolean(isOn)));
  }
}
