// A generated picture and tone: needs no camera and no permission, and carries a clock for people
// (large digits), one for machines (latency-strip.js) and a beep with a flash each second.
import { now, paint } from "./latency-strip.js";

const hues = [212, 188, 160, 48, 24, 340, 280];

/** Makes the picture and the tone. */
export function createTestPicture({ width = 1280, height = 720, framesPerSecond = 30, label = "" }) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  const background = paintBackground(width, height);
  const stream = canvas.captureStream(0);
  const track = stream.getVideoTracks()[0];
  // Firefox has it on the stream, as an older draft did.
  const frames = track.requestFrame ? track : stream;
  const tone = createTone();
  let count = 0;

  const draw = () => {
    const time = now();
    paintFrame(context, background, { width, height, label, time, count: count++ });
    // At the last moment, so that the strip's time is when the frame left.
    paint(context, width, height, now());
    frames.requestFrame?.();
    tone.beepAt(time);
  };

  const ticker = new Worker(new URL("./ticker.js", import.meta.url));
  ticker.onmessage = draw;
  ticker.postMessage(framesPerSecond);
  draw();
  if (tone.track) {
    stream.addTrack(tone.track);
  }
  return {
    stream,
    stop() {
      ticker.terminate();
      tone.stop();
      stream.getTracks().forEach((each) => each.stop());
    },
  };
}

function paintBackground(width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { alpha: false });
  const sky = context.createLinearGradient(0, 0, width, height);
  sky.addColorStop(0, "#10243f");
  sky.addColorStop(0.55, "#1c4a63");
  sky.addColorStop(1, "#2f7f78");
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  const barHeight = Math.round(height * 0.09);
  hues.forEach((hue, index) => {
    context.fillStyle = `hsl(${hue} 70% 58%)`;
    const left = Math.round((index * width) / hues.length);
    const right = Math.round(((index + 1) * width) / hues.length);
    context.fillRect(left, height - barHeight, right - left, barHeight);
  });
  context.strokeStyle = "rgb(255 255 255 / 0.10)";
  context.lineWidth = Math.max(1, height / 360);
  for (let x = 0; x <= 16; x++) {
    line(context, (x * width) / 16, 0, (x * width) / 16, height);
  }
  for (let y = 0; y <= 9; y++) {
    line(context, 0, (y * height) / 9, width, (y * height) / 9);
  }
  return canvas;
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function paintFrame(context, background, { width, height, label, time, count }) {
  const date = new Date(time);
  const second = time / 1000;
  context.drawImage(background, 0, 0);

  // A hand that turns once a second shows missing frames at a glance.
  const radius = height * 0.2;
  const centreX = width * 0.2;
  const centreY = height * 0.5;
  context.lineWidth = height / 60;
  context.strokeStyle = second % 1 < 0.1 ? "#fff" : "rgb(255 255 255 / 0.45)";
  context.beginPath();
  context.arc(centreX, centreY, radius, 0, 2 * Math.PI);
  context.stroke();
  context.strokeStyle = "#ffd166";
  context.lineCap = "round";
  const angle = (second % 1) * 2 * Math.PI - Math.PI / 2;
  line(context, centreX, centreY,
    centreX + Math.cos(angle) * radius * 0.86, centreY + Math.sin(angle) * radius * 0.86);

  // A ball that moves all the time keeps the encoder at work.
  context.fillStyle = "#ef476f";
  context.beginPath();
  const ballX = width * (0.5 + 0.46 * Math.sin(second * 0.9));
  const ballY = height * (0.78 - 0.06 * Math.abs(Math.sin(second * 3)));
  context.arc(ballX, ballY, height * 0.035, 0, 2 * Math.PI);
  context.fill();

  const two = (number) => String(number).padStart(2, "0");
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const milliseconds = String(date.getMilliseconds()).padStart(3, "0");
  context.fillStyle = "#fff";
  context.textBaseline = "middle";
  context.font = `600 ${Math.round(height * 0.15)}px ui-monospace, Menlo, Consolas, monospace`;
  context.fillText(clock, width * 0.37, height * 0.46);
  context.font = `500 ${Math.round(height * 0.06)}px ui-monospace, Menlo, Consolas, monospace`;
  context.fillStyle = "rgb(255 255 255 / 0.8)";
  context.fillText(`.${milliseconds}   frame ${count}`, width * 0.375, height * 0.59);
  context.font = `500 ${Math.round(height * 0.05)}px system-ui, sans-serif`;
  context.fillText(label, width * 0.37, height * 0.32);
}

// A quiet chord with a beep at each full second. Without sound (no gesture yet, no audio device) the
// picture goes on alone.
function createTone() {
  let audio;
  try {
    audio = new AudioContext({ latencyHint: "interactive" });
  } catch {
    return { track: null, beepAt() {}, stop() {} };
  }
  const output = audio.createMediaStreamDestination();
  const beepGain = audio.createGain();
  beepGain.gain.value = 0;
  beepGain.connect(output);
  const oscillators = [addOscillator(audio, 880, beepGain)];
  const chordGain = audio.createGain();
  chordGain.gain.value = 0.02;
  chordGain.connect(output);
  for (const frequency of [220, 277.2, 329.6]) {
    oscillators.push(addOscillator(audio, frequency, chordGain));
  }
  const resume = () => audio.resume().catch(() => {});
  resume();
  // Browsers start sound only after the person has done something on the page.
  const gestures = ["pointerdown", "keydown"];
  gestures.forEach((gesture) => addEventListener(gesture, resume));
  let lastSecond = 0;
  return {
    track: output.stream.getAudioTracks()[0],
    beepAt(time) {
      const second = Math.floor(time / 1000);
      if (second !== lastSecond) {
        lastSecond = second;
        const at = audio.currentTime;
        beepGain.gain.cancelScheduledValues(at);
        beepGain.gain.setValueAtTime(0.15, at);
        beepGain.gain.setValueAtTime(0, at + 0.08);
      }
    },
    stop() {
      gestures.forEach((gesture) => removeEventListener(gesture, resume));
      oscillators.forEach((oscillator) => oscillator.stop());
      audio.close().catch(() => {});
    },
  };
}

function addOscillator(audio, frequency, target) {
  const oscillator = audio.createOscillator();
  oscillator.frequency.value = frequency;
  oscillator.connect(target);
  oscillator.start();
  return oscillator;
}
