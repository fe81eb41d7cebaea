// Where tiles go: as large as they all fit.

// Below this a face is no face any more: then the grid scrolls.
const widthMin = 120;
const stripShare = 0.22;

/** Places tiles in a box: the featured ones large, the others beside them.
 * @returns {{ places: { x, y, width, height }[], height: number }} places in the order given, featured ones
 *   first, and how high all of them are. */
export function arrange({ featured, others }, box, gap) {
  if (featured === 0) {
    return fill(others, box, gap, widthMin);
  }
  if (others === 0) {
    return fill(featured, box, gap, 0);
  }
  const isWide = box.width >= box.height * 1.1;
  const strip = isWide
    ? Math.min(280, Math.max(110, box.width * stripShare))
    : Math.min(180, Math.max(76, box.height * stripShare));
  const large = isWide
    ? { width: box.width - strip - gap, height: box.height }
    : { width: box.width, height: box.height - strip - gap };
  const small = isWide
    ? { width: strip, height: box.height }
    : { width: box.width, height: strip };
  const offset = isWide ? { x: large.width + gap, y: 0 } : { x: 0, y: large.height + gap };
  const aside = fill(others, small, gap, 0, 16 / 9).places.map((place) => (
    { ...place, x: place.x + offset.x, y: place.y + offset.y }));
  return { places: [...fill(featured, large, gap, 0, 16 / 9).places, ...aside], height: box.height };
}

/** The layer that a tile of a height needs, in pixels of the screen. The names are those of encodings.js.
 * A picture somewhat smaller than its tile looks as good and costs a quarter. */
export function layerFor(heightPixels) {
  return heightPixels <= 240 ? "q" : heightPixels <= 500 ? "h" : "f";
}

function fill(count, box, gap, atLeast, fixedRatio) {
  // Faces are cut to fit where the box is higher than wide, as on a phone.
  const ratios = fixedRatio ? [fixedRatio] : box.height > box.width ? [16 / 9, 1, 3 / 4] : [16 / 9];
  const best = ratios.map((ratio) => fit(count, box, gap, ratio)).reduce((a, b) =>
    b.width * b.width / b.ratio > a.width * a.width / a.ratio ? b : a);
  const { columns, width, ratio } =
    best.width >= Math.min(atLeast, box.width) ? best : scroll(box, gap, atLeast);
  const height = Math.floor(width / ratio);
  const rows = Math.ceil(count / columns);
  const allHeight = rows * height + (rows - 1) * gap;
  const top = Math.max(0, (box.height - allHeight) / 2);
  const places = Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = (box.width - inRow * width - (inRow - 1) * gap) / 2;
    return {
      x: Math.round(left + (index % columns) * (width + gap)),
      y: Math.round(top + row * (height + gap)),
      width,
      height,
    };
  });
  return { places, height: Math.max(box.height, allHeight) };
}

function fit(count, box, gap, ratio) {
  let best = { columns: 1, width: 0, ratio };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (box.width - gap * (columns - 1)) / columns;
    const byHeight = ((box.height - gap * (rows - 1)) / rows) * ratio;
    const width = Math.floor(Math.min(byWidth, byHeight));
    if (width > best.width) {
      best = { columns, width, ratio };
    }
  }
  return best;
}

function scroll(box, gap, width) {
  const columns = Math.max(1, Math.floor((box.width + gap) / (width + gap)));
  return { columns, width: Math.floor((box.width - gap * (columns - 1)) / columns), ratio: 1 };
}
