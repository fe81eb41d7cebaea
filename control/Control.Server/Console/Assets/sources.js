// Where a publisher's media comes from. Permissions are looked at before every start, because a person
// may have changed them since.
import {
  SourceError, deniedSentence, deviceSentence, openScreen, requireDevices,
} from "./devices.js";
import { createTestPicture } from "./test-picture.js";

const elsewhere = " Start with --lan for HTTPS, or publish the test picture.";

/** Opens a source: { stream, stop(), notice } . */
export async function openSource(kind, options) {
  switch (kind) {
    case "test":
      return { ...createTestPicture(options), notice: "" };
    case "screen":
      return toSource(await openScreen(elsewhere), "");
    default:
      return openCamera(options);
  }
}

async function openCamera({ cameraId, microphoneId, onAsk }) {
  requireDevices("A camera", elsewhere);
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

function toSource(stream, notice) {
  return { stream, notice, stop: () => stream.getTracks().forEach((track) => track.stop()) };
}

async function permissionOf(name) {
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return "unknown"; // Firefox before 132 knows no such permission: asking will tell.
  }
}
