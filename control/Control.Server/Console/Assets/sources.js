// Where a publisher's media comes from. Permissions are looked at before every start, because a
// person may have changed them since; every failure becomes a sentence that says what to do.
import { createTestPicture } from "./test-picture.js";

/** A failure with a sentence for the person at the screen. */
export class SourceError extends Error {}

/** Opens a source: { stream, stop(), notice } . */
export async function openSource(kind, options) {
  switch (kind) {
    case "test":
      return { ...createTestPicture(options), notice: "" };
    case "screen":
      return openScreen();
    default:
      return openCamera(options);
  }
}

/** Cameras and microphones; labels are empty until a permission was given. */
export async function listDevices() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  return {
    cameras: devices.filter((device) => device.kind === "videoinput" && device.deviceId),
    microphones: devices.filter((device) => device.kind === "audioinput" && device.deviceId),
  };
}

async function openCamera({ cameraId, microphoneId, onAsk }) {
  requireDevices("A camera");
  const camera = await permissionOf("camera");
  const microphone = await permissionOf("microphone");
  if (camera === "denied") {
    throw new SourceError(deniedSentence("camera"));
  }
  if (camera === "prompt" || microphone === "prompt") {
    onAsk?.();
  }

  const video = {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
    ...(cameraId ? { deviceId: { exact: cameraId } } : {}),
  };
  const audio =
    microphone === "denied"
      ? false
      : { echoCancellation: true, ...(microphoneId ? { deviceId: { exact: microphoneId } } : {}) };
  const noSound = "Without sound: ";
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio });
    const notice = audio ? "" : noSound + deniedSentence("microphone");
    return toSource(stream, notice);
  } catch (error) {
    if (!audio || error.name === "NotAllowedError") {
      throw new SourceError(deviceSentence(error, "camera"));
    }
    // A machine without a microphone, or with a broken one, still has a picture.
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video });
      return toSource(stream, noSound + deviceSentence(error, "microphone"));
    } catch (second) {
      throw new SourceError(deviceSentence(second, "camera"));
    }
  }
}

async function openScreen() {
  requireDevices("The screen");
  if (!navigator.mediaDevices.getDisplayMedia) {
    throw new SourceError("This browser cannot share its screen; phones cannot. Choose the camera.");
  }
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 30 } },
      audio: true,
    });
    stream.getVideoTracks().forEach((track) => (track.contentHint = "detail"));
    return toSource(stream, "");
  } catch (error) {
    throw new SourceError(
      error.name === "NotAllowedError"
        ? "No screen was chosen, or the system does not let this browser record it."
        : deviceSentence(error, "screen"));
  }
}

function toSource(stream, notice) {
  return { stream, notice, stop: () => stream.getTracks().forEach((track) => track.stop()) };
}

function requireDevices(what) {
  if (!window.isSecureContext || !navigator.mediaDevices) {
    throw new SourceError(
      `${what} is given to HTTPS pages and to localhost only, and this page is ${location.origin}. ` +
        "Start with --lan for HTTPS, or publish the test picture.");
  }
}

async function permissionOf(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown"; // Firefox before 132 knows no such permission: asking will tell.
  }
}

function deniedSentence(device) {
  return `The ${device} is blocked for this page. Allow it by the icon beside the address, then start again.`;
}

function deviceSentence(error, device) {
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      return deniedSentence(device);
    case "NotFoundError":
      return `No ${device} was found. Connect one, or publish the test picture.`;
    case "OverconstrainedError":
      return `The chosen ${device} is gone. Choose another one.`;
    case "NotReadableError":
    case "AbortError":
      return `The ${device} does not answer. Another program may be using it.`;
    default:
      return `The ${device} failed: ${error.message || error.name}.`;
  }
}
