// Who speaks, and who is silent. Both are heard from the sound itself, so nobody has to be told: a muted
// microphone sends nothing.

// -34 dB: a voice, not a room.
const speakingLevel = 0.02;
const speakingHoldMs = 700;
// Sound comes 50 times a second; a network that stops for so long stops the pictures too.
const quietMs = 1_200;

/** Remembers what was heard of each. */
export class Voices {
  #heard = new Map();

  /** What a receiver of sound says now: { isSpeaking, isQuiet }. */
  look(key, receiver, now) {
    const entry = this.#heard.get(key) ?? { stamp: null, at: now, spokeAt: -Infinity };
    this.#heard.set(key, entry);
    const source = receiver.getSynchronizationSources()[0];
    if (source && source.rtpTimestamp !== entry.stamp) {
      entry.stamp = source.rtpTimestamp;
      entry.at = now;
      if ((source.audioLevel ?? 0) >= speakingLevel) {
        entry.spokeAt = now;
      }
    }
    const isQuiet = now - entry.at > quietMs;
    return { isQuiet, isSpeaking: !isQuiet && now - entry.spokeAt < speakingHoldMs };
  }

  /** Forgets those who have gone. */
  keep(keys) {
    for (const key of this.#heard.keys()) {
      if (!keys.has(key)) {
        this.#heard.delete(key);
      }
    }
  }
}

/** How loud a track of this page is, 0 to 1: a function to ask, with stop(). Silent where the browser has no
 * sound machinery. */
export function measure(track) {
  let audio;
  try {
    audio = new AudioContext();
  } catch {
    return { level: () => 0, stop() {} };
  }
  // Browsers start sound machinery only after the person has done something on the page.
  const resume = () => audio.resume();
  addEventListener("pointerdown", resume);
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    },
    stop() {
      removeEventListener("pointerdown", resume);
      audio.close().catch(() => {
        // Closed already.
      });
    },
  };
}

/** Whether a level is that of a voice. */
export function isVoice(level) {
  return level >= speakingLevel;
}
