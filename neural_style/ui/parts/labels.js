// A map of labels, {width, height, cells}, one byte for each cell, row by row; and what changes it.

const KEEP = 255;

function noLabels(width, height) {
  return { width, height, cells: new Uint8Array(width * height) };
}

// The cells as runs: [label, count, label, count, ...].
function runsOf(cells) {
  const runs = [];
  for (let start = 0; start < cells.length;) {
    let end = start;
    while (end < cells.length && cells[end] === cells[start]) end += 1;
    runs.push(cells[start], end - start);
    start = end;
  }
  return runs;
}

function cellsOf(runs, length) {
  const cells = new Uint8Array(length);
  let start = 0;
  for (let index = 0; index + 1 < runs.length; index += 2) {
    cells.fill(runs[index], start, start + runs[index + 1]);
    start += runs[index + 1];
  }
  return cells;
}

function resampled(map, width, height) {
  const found = noLabels(width, height);
  for (let y = 0; y < height; y += 1) {
    const row = Math.min(map.height - 1, Math.floor(((y + 0.5) * map.height) / height));
    for (let x = 0; x < width; x += 1) {
      found.cells[y * width + x] = map.cells[row * map.width + Math.min(map.width - 1, Math.floor(((x + 0.5) * map.width) / width))];
    }
  }
  return found;
}

// Set every cell nearer than the radius to the line between two points; return the box that may have changed.
function brushed(map, label, from, to, radius) {
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const right = Math.min(map.width, Math.ceil(Math.max(from.x, to.x) + radius));
  const bottom = Math.min(map.height, Math.ceil(Math.max(from.y, to.y) + radius));
  const [along, down] = [to.x - from.x, to.y - from.y];
  const length = along * along + down * down;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const [right_, down_] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const part = length ? Math.min(1, Math.max(0, (right_ * along + down_ * down) / length)) : 0;
      if (Math.hypot(right_ - part * along, down_ - part * down) <= radius) map.cells[y * map.width + x] = label;
    }
  }
  return { left, top, width: right - left, height: bottom - top };
}

function fill(map, label, isSelected) {
  for (let index = 0; index < map.cells.length; index += 1) if (isSelected(index)) map.cells[index] = label;
}

// What has the label has none afterwards, and what had none has it.
function inverted(map, label) {
  map.cells.forEach((cell, index) => {
    if (cell === label) map.cells[index] = 0;
    else if (cell === 0) map.cells[index] = label;
  });
}

// The ready parts, as masks.READY has them: name -> of a map, whether the cell of an index is in it.
const place = (isInside) => ({ width, height }) => (index) => isInside((Math.floor(index / width) + 0.5) / height, ((index % width) + 0.5) / width);
const fromMiddle = (down, right) => Math.hypot(down - 0.5, right - 0.5);
const READY = {
  left: place((_, right) => right < 0.5),
  right: place((_, right) => right > 0.5),
  top: place((down) => down < 0.5),
  bottom: place((down) => down > 0.5),
  sky: place((down) => down < 1 / 3),
  ground: place((down) => down > 2 / 3),
  middle: place((down, right) => fromMiddle(down, right) < 0.35),
  border: place((down, right) => fromMiddle(down, right) > 0.35),
};
