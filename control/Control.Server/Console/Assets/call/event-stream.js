// Server-sent events over fetch: EventSource cannot send a token but in the address.

// The server sends a comment every 15 seconds; without two of them the connection is dead.
const silenceMs = 40_000;

/** Calls back for each event, until the stream ends, fails or is aborted. The first call back has no event:
 * from then on nothing is missed. */
export async function readEvents(api, onEvent, signal) {
  const body = await api.open("events", signal);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const watchdog = createWatchdog(() => reader.cancel());
  let text = "";
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      watchdog.reset();
      const messages = (text + value).split("\n\n");
      text = messages.pop();
      messages.forEach((message) => handle(message, onEvent));
    }
  } finally {
    watchdog.stop();
  }
}

function handle(message, onEvent) {
  if (message.startsWith(": open")) {
    onEvent(null);
    return;
  }
  const data = message.split("\n").find((line) => line.startsWith("data: "));
  if (data) {
    onEvent(JSON.parse(data.slice(6)));
  }
}

function createWatchdog(bite) {
  let timer = setTimeout(bite, silenceMs);
  return {
    reset() {
      clearTimeout(timer);
      timer = setTimeout(bite, silenceMs);
    },
    stop: () => clearTimeout(timer),
  };
}
