// The chat beside the tiles.
import { find, make } from "../view.js";

/** Binds the chat to its panel; say(sentence) shows what comes while it is closed. */
export class ChatView {
  #chat;
  #say;
  #unread = 0;

  constructor(chat, say) {
    this.#chat = chat;
    this.#say = say;
    chat.addEventListener("message", ({ detail }) => this.#add(detail));
    chat.addEventListener("change", () => this.show());
    find("chat-close").addEventListener("click", () => this.toggle());
    find("chat").addEventListener("keydown", (event) => event.key === "Escape" && this.toggle());
    find("chat-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const input = find("chat-text");
      if (chat.write(input.value)) {
        input.value = "";
      }
    });
    this.show();
  }

  get isOpen() {
    return !find("chat").hidden;
  }

  toggle() {
    find("chat").hidden = this.isOpen;
    const button = document.querySelector("[data-does=chat]");
    button.setAttribute("aria-pressed", String(this.isOpen));
    this.#unread = this.isOpen ? 0 : this.#unread;
    this.#showUnread();
    (this.isOpen ? find("chat-text") : button).focus();
  }

  show() {
    const { isOpen } = this.#chat;
    const input = find("chat-text");
    input.placeholder = isOpen ? "Write to everyone" : "Connecting…";
    find("chat-form").dataset.open = isOpen;
  }

  #add({ from, text, at, isOwn }) {
    const list = find("messages");
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const item = make("li", "",
      make("p", "message-head", make("b", "", from), make("time", "", time)),
      make("p", "message-text", text));
    item.dataset.own = isOwn;
    list.append(item);
    while (list.children.length > this.#chat.messages.length) {
      list.firstChild.remove();
    }
    if (isAtEnd || isOwn) {
      list.scrollTop = list.scrollHeight;
    }
    if (!this.isOpen && !isOwn) {
      this.#unread++;
      this.#showUnread();
      this.#say(`${from}: ${text}`);
    }
  }

  #showUnread() {
    const badge = find("unread");
    badge.hidden = this.#unread === 0;
    badge.textContent = this.#unread > 9 ? "9+" : String(this.#unread);
    const label = this.#unread > 0 ? `Chat, ${this.#unread} unread` : "Chat";
    document.querySelector("[data-does=chat]").setAttribute("aria-label", label);
  }
}
