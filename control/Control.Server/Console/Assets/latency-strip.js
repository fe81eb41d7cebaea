// A clock in the picture that a machine can read: a row of black and white blocks along the top edge.
//
//   block   0 1   2 ........ 21   22 ...... 29   30 31
//           1 0   time, 20 bits   CRC-8          0 1
//
// The time is milliseconds since 1970 (performance.timeOrigin + performance.now()) modulo 2^20, about
// 17 minutes, most significant bit first. At 320x180 a block is 10 pixels wide and 18 high, so it
// survives a strong encoder; the CRC throws away what did not survive. Both clocks must be the same
// machine's, or be set well: the difference of two clocks shows as latency.

const timeBits = 20;
const timeModulus = 2 ** timeBits;
const blockCount = 32;
const heightShare = 1 / 10;
const contrastMin = 60;

/** Milliseconds since 1970 on the page's monotonic clock. */
export function now() {
  return performance.timeOrigin + performance.now();
}

/** Paints the strip for a time onto a picture. */
export function paint(context, width, height, timeMs) {
  const bits = toBits(Math.floor(timeMs) % timeModulus);
  const stripHeight = Math.round(height * heightShare);
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, stripHeight);
  context.fillStyle = "#fff";
  for (let index = 0; index < blockCount; index++) {
    if (bits[index]) {
      const left = Math.round((index * width) / blockCount);
      const right = Math.round(((index + 1) * width) / blockCount);
      context.fillRect(left, 0, right - left, stripHeight);
    }
  }
}

/** Reads strips from a video element. */
export class StripReader {
  #pixelsPerBlock = 8;
  #canvas = document.createElement("canvas");
  #context;

  constructor() {
    this.#canvas.width = blockCount * this.#pixelsPerBlock;
    this.#canvas.height = this.#pixelsPerBlock;
    this.#context = this.#canvas.getContext("2d", { willReadFrequently: true });
  }

  /** The age in milliseconds of the picture that the video shows; null when there is no strip. */
  read(video, timeMs) {
    const painted = this.#readTime(video);
    if (painted === null) {
      return null;
    }
    const age = (((timeMs - painted) % timeModulus) + timeModulus) % timeModulus;
    return age > timeModulus / 2 ? age - timeModulus : age;
  }

  #readTime(video) {
    const { width, height } = this.#canvas;
    const stripHeight = video.videoHeight * heightShare;
    if (stripHeight < 4) {
      return null;
    }
    // The middle half of the strip: its lower edge is blurred by the encoder.
    this.#context.drawImage(
      video, 0, stripHeight / 4, video.videoWidth, stripHeight / 2, 0, 0, width, height);
    const pixels = this.#context.getImageData(0, 0, width, height).data;
    const levels = Array.from({ length: blockCount }, (_, index) => this.#level(pixels, index));
    const white = (levels[0] + levels[31]) / 2;
    const black = (levels[1] + levels[30]) / 2;
    if (white - black < contrastMin) {
      return null;
    }
    return fromBits(levels.map((level) => (level > (white + black) / 2 ? 1 : 0)));
  }

  // The mean of the green samples in the middle of a block.
  #level(pixels, index) {
    const size = this.#pixelsPerBlock;
    let sum = 0;
    let count = 0;
    for (let y = 2; y < size - 2; y++) {
      for (let x = 2; x < size - 2; x++) {
        sum += pixels[4 * (y * size * blockCount + index * size + x) + 1];
        count++;
      }
    }
    return sum / count;
  }
}

/** The bits of a strip. Exported for tests. */
export function toBits(time) {
  const bits = [1, 0];
  for (let bit = timeBits - 1; bit >= 0; bit--) {
    bits.push((time >> bit) & 1);
  }
  const check = crc8(time);
  for (let bit = 7; bit >= 0; bit--) {
    bits.push((check >> bit) & 1);
  }
  bits.push(0, 1);
  return bits;
}

/** The time of a strip's bits; null when they are not those of a strip. Exported for tests. */
export function fromBits(bits) {
  if (bits[0] !== 1 || bits[1] !== 0 || bits[30] !== 0 || bits[31] !== 1) {
    return null;
  }
  const number = (from, count) =>
    bits.slice(from, from + count).reduce((value, bit) => value * 2 + bit, 0);
  const time = number(2, timeBits);
  return crc8(time) === number(2 + timeBits, 8) ? time : null;
}

// CRC-8 with polynomial 0x07 over the three bytes of the time; starts at 0xff, so that a black or
// white picture is no strip.
function crc8(time) {
  let crc = 0xff;
  for (const byte of [(time >> 16) & 0xff, (time >> 8) & 0xff, time & 0xff]) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
    }
  }
  return crc;
}
