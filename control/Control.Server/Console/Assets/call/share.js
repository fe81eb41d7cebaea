// What others need to come into a call: a link, or one line for a page of their own.
import { find } from "../view.js";

// What a frame of another origin has to be allowed, or the browser asks for nothing and gives nothing.
const allowed = "camera; microphone; display-capture; autoplay; fullscreen; clipboard-write; screen-wake-lock";

/** The line that puts a call into a page. */
export function toEmbed(link) {
  const address = link.replaceAll("&", "&amp;");
  return `<iframe src="${address}" allow="${allowed}" width="100%" height="600" style="border:0"></iframe>`;
}

/** Buttons with data-copy copy the field of that id, and say so. */
export function bindCopyButtons() {
  document.addEventListener("click", async ({ target }) => {
    const input = find(target.dataset?.copy ?? "");
    if (!input) {
      return;
    }
    try {
      await navigator.clipboard.writeText(input.value);
    } catch {
      // Without HTTPS, or in a frame that may not: the old way still works.
      input.select();
      document.execCommand("copy");
    }
    target.textContent = "Copied";
    setTimeout(() => (target.textContent = "Copy"), 1500);
  });
}
