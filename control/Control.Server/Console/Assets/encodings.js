// Which simulcast layers a picture is sent in.

// Low to high, as Chromium wants them; full quality last. The rates are those of 1280x720.
//
// Chromium starts a layer when its estimate holds three quarters of the layers below and 1.2 times the
// least rate of the new one (600 kbit/s for 720 lines), but lets the estimate grow to one and a half
// times what is sent only. With less than 1,000 kbit/s in the lower layers, a sender whose first probes
// failed, on a busy machine for one, would never come to the full picture.
const layers = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 200_000 },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 900_000 },
  { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 2_500_000 },
];
const layersPixels = 1280 * 720;

// Chromium encodes so many layers of a picture of so many pixels, the first ones: of three layers of a
// 640x360 picture the full one would be left out.
const layerCounts = [
  { pixels: 960 * 540, count: 3 },
  { pixels: 480 * 270, count: 2 },
  { pixels: 0, count: 1 },
];

/** The simulcast layers of a picture of a size, as addTransceiver wants them. */
export function toEncodings({ width, height }, codec) {
  const pixels = width * height || layersPixels;
  const { count } = layerCounts.find((entry) => pixels >= entry.pixels);
  // A picture of a quarter of the pixels needs about a third of the bits.
  const share = (pixels / layersPixels) ** 0.75;
  // The names from the lowest on, whatever the size: who asks for a layer that is not there gets the next lower one
  // ("asciibetical": f, h, q), and not a larger picture than its place can show.
  return layers.slice(-count).map((layer, index) => (
    toEncoding({ ...layer, rid: layers[index].rid }, codec, share)));
}

function toEncoding(layer, codec, share) {
  // Without a mode Chromium sends VP9 and AV1 as one scalable stream instead of three streams.
  const isScalable = codec === "VP9" || codec === "AV1";
  const maxBitrate = Math.round(layer.maxBitrate * share);
  return { ...layer, maxBitrate, ...(isScalable ? { scalabilityMode: "L1T2" } : {}) };
}
