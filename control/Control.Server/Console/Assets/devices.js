// Cameras, microphones and screens, and what to say when they cannot be had: every failure becomes a
// sentence that says what to do.

/** A failure with a sentence for the person at the screen. */
export class SourceError extends Error {}

/** Cameras and microphones; labels are empty until a permission was given. */
export async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return {
    cameras: devices.filter((device) => device.kind === "videoinput" && device.deviceId),
    microphones: devices.filter((device) => device.kind === "audioinput" && device.deviceId),
  };
}

/** A stream of what the person chooses of the screen, with its sound where that can be had. */
export async function openScreen(otherwise) {
  requireDevices("The screen", otherwise);
  if (!navigator.mediaDevices.getDisplayMedia) {
    throw new SourceError("This browser cannot share its screen; phones cannot.");
  }
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 30 } },
      audio: true,
    });
    stream.getVideoTracks().forEach((track) => (track.contentHint = "detail"));
    return stream;
  } catch (error) {
    throw new SourceError(
      error.name === "NotAllowedError"
        ? "No screen was chosen, or the system does not let this browser record it."
        : deviceSentence(error, "screen"));
  }
}

/** Fails with a sentence where the browser gives no devices to this page, and with what to do instead. */
export function requireDevices(what, otherwise = "") {
  if (!window.isSecureContext || !navigator.mediaDevices) {
    throw new SourceError(
      `${what} is given to HTTPS pages and to localhost only, and this page is ${location.origin}.` +
        otherwise);
  }
}

/** What to do about a permission that was refused. */
export function deniedSentence(device) {
  return `The ${device} is blocked for this page. Allow it by the icon beside the address, then try again.`;
}

/** What to do about a device that failed. */
export function deviceSentence(error, device) {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return deniedSentence(device);
    case "NotFoundError":
      return `No ${device} was found. Connect one and try again.`;
    case "OverconstrainedError":
      return `The chosen ${device} is gone. Choose another one.`;
    case "NotReadableError":
    case "AbortError":
      return `The ${device} does not answer. Another program may be using it.`;
    default:
      return `The ${device} failed: ${error.message || error.name}.`;
  }
}
