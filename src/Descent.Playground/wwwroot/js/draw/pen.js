// One way to draw, two papers: a canvas for the screen and PNG, SVG text for files. All lengths are CSS pixels.

/** @typedef {{ stroke?: string, fill?: string, width?: number, dash?: number[], opacity?: number }} Ink */
/** @typedef {{ size?: number, anchor?: "start" | "middle" | "end", baseline?: "top" | "middle" | "bottom", weight?: number, fill?: string, turn?: number, halo?: string }} Letters */
/** @typedef {{ x: number, y: number, width: number, height: number }} Rectangle */

/** @typedef {object} Pen
 * @property {number} width
 * @property {number} height
 * @property {(points: ArrayLike<number>, ink: Ink, closed?: boolean) => void} path x and y in turn; what is not finite breaks the line
 * @property {(rings: ArrayLike<number>[], ink: Ink) => void} rings closed shapes with holes
 * @property {(x: number, y: number, radius: number, ink: Ink) => void} circle
 * @property {(rectangle: Rectangle, ink: Ink) => void} rectangle
 * @property {(rectangle: Rectangle, columns: number, rows: number, colour: (index: number) => string, smooth?: boolean) => void} cells a colour per cell as #rrggbb, row by row from the bottom left; smooth where the paper can
 * @property {(x: number, y: number, text: string, letters?: Letters) => void} text
 * @property {(rectangle: Rectangle, draw: () => void) => void} clip
 * @property {(rectangle: Rectangle, draw: () => void) => void} within draws in a part of the paper, as if it were all */

export const fontFamily = "system-ui, sans-serif";

/** @type {Map<string, number>} */
const pixelOf = new Map();

/** @param {string} colour as #rrggbb @returns {number} as a canvas keeps it */
function packed(colour) {
  let pixel = pixelOf.get(colour);
  if (pixel === undefined) {
    const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
    pixelOf.set(colour, pixel = (0xff000000 | blue << 16 | green << 8 | red) >>> 0);
  }
  return pixel;
}

/** @implements {Pen} */
export class CanvasPen {
  /** @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context already scaled to CSS pixels
   * @param {number} width @param {number} height */
  constructor(context, width, height) {
    this.context = context;
    this.width = width;
    this.height = height;
    context.lineJoin = "round";
    context.lineCap = "round";
  }

  /** @param {ArrayLike<number>} points @param {Ink} ink @param {boolean} [closed] */
  path(points, ink, closed = false) {
    this.context.beginPath();
    this.trace(points, closed);
    this.paint(ink);
  }

  /** @param {ArrayLike<number>[]} rings @param {Ink} ink */
  rings(rings, ink) {
    this.context.beginPath();
    for (const ring of rings) this.trace(ring, true);
    this.paint(ink);
  }

  /** @param {number} x @param {number} y @param {number} radius @param {Ink} ink */
  circle(x, y, radius, ink) {
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
    this.paint(ink);
  }

  /** @param {Rectangle} rectangle @param {Ink} ink */
  rectangle({ x, y, width, height }, ink) {
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.paint(ink);
  }

  /** @param {Rectangle} rectangle @param {number} columns @param {number} rows @param {(index: number) => string} colour @param {boolean} [smooth] */
  cells({ x, y, width, height }, columns, rows, colour, smooth = false) {
    const { context } = this;
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < columns * rows; i++) pixels[(rows - 1 - Math.floor(i / columns)) * columns + i % columns] = packed(colour(i));
    const small = new OffscreenCanvas(columns, rows);
    small.getContext("2d")?.putImageData(image, 0, 0);
    context.imageSmoothingEnabled = smooth;
    context.drawImage(small, x, y, width, height);
  }

  /** @param {number} x @param {number} y @param {string} text @param {Letters} [letters] */
  text(x, y, text, { size = 12, anchor = "start", baseline = "middle", weight = 400, fill = "#000", turn = 0, halo } = {}) {
    const { context } = this;
    context.save();
    context.translate(x, y);
    context.rotate(turn * Math.PI / 180);
    context.font = `${weight} ${size}px ${fontFamily}`;
    context.textAlign = anchor === "middle" ? "center" : anchor;
    context.textBaseline = baseline;
    if (halo) {
      context.lineWidth = 3;
      context.strokeStyle = halo;
      context.strokeText(text, 0, 0);
    }
    context.fillStyle = fill;
    context.fillText(text, 0, 0);
    context.restore();
  }

  /** @param {Rectangle} rectangle @param {() => void} draw */
  clip(rectangle, draw) {
    this.enter(rectangle);
    draw();
    this.leave();
  }

  /** @param {Rectangle} rectangle @param {() => void} draw */
  within({ x, y, width, height }, draw) {
    const before = [this.width, this.height];
    [this.width, this.height] = [width, height];
    this.move(x, y);
    draw();
    this.leave();
    [this.width, this.height] = before;
  }

  /** Nothing is drawn outside until it is left.
   * @param {Rectangle} rectangle */
  enter({ x, y, width, height }) {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
  }

  /** Until it is left, places are counted from there.
   * @param {number} x @param {number} y */
  move(x, y) {
    this.context.save();
    this.context.translate(x, y);
  }

  leave() {
    this.context.restore();
  }

  /** @param {ArrayLike<number>} points @param {boolean} closed */
  trace(points, closed) {
    const { context } = this;
    let drawing = false;
    for (let i = 0; i + 1 < points.length; i += 2) {
      if (!Number.isFinite(points[i]) || !Number.isFinite(points[i + 1])) drawing = false;
      else if (drawing) context.lineTo(points[i], points[i + 1]);
      else {
        context.moveTo(points[i], points[i + 1]);
        drawing = true;
      }
    }
    if (closed) context.closePath();
  }

  /** @param {Ink} ink */
  paint({ stroke, fill, width = 1, dash, opacity = 1 }) {
    const { context } = this;
    context.globalAlpha = opacity;
    if (fill) {
      context.fillStyle = fill;
      context.fill("evenodd");
    }
    if (stroke) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.setLineDash(dash ?? []);
      context.stroke();
    }
    context.globalAlpha = 1;
  }
}

/** @implements {Pen} */
export class SvgPen {
  /** @param {number} width @param {number} height @param {string} title @param {string} ground */
  constructor(width, height, title, ground) {
    this.width = width;
    this.height = height;
    this.clips = 0;
    this.parts = [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${escape(fontFamily)}" stroke-linejoin="round" stroke-linecap="round">`,
      `<title>${escape(title)}</title><rect width="${width}" height="${height}" fill="${ground}"/>`,
    ];
  }

  /** @param {ArrayLike<number>} points @param {Ink} ink @param {boolean} [closed] */
  path(points, ink, closed = false) {
    this.shape([points], ink, closed);
  }

  /** @param {ArrayLike<number>[]} rings @param {Ink} ink */
  rings(rings, ink) {
    this.shape(rings, ink, true);
  }

  /** @param {number} x @param {number} y @param {number} radius @param {Ink} ink */
  circle(x, y, radius, ink) {
    if (Number.isFinite(x) && Number.isFinite(y)) this.parts.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"${attributes(ink)}/>`);
  }

  /** @param {Rectangle} rectangle @param {Ink} ink */
  rectangle({ x, y, width, height }, ink) {
    this.parts.push(`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${attributes(ink)}/>`);
  }

  /** @param {Rectangle} rectangle @param {number} columns @param {number} rows @param {(index: number) => string} colour */
  cells({ x, y, width, height }, columns, rows, colour) {
    // Neighbours of one colour are one rectangle.
    for (let row = 0; row < rows; row++) {
      for (let from = 0, to = 1; from < columns; from = to, to++) {
        const fill = colour(row * columns + from);
        while (to < columns && colour(row * columns + to) === fill) to++;
        this.parts.push(`<rect x="${round(x + from * width / columns)}" y="${round(y + (rows - 1 - row) * height / rows)}" width="${round((to - from) * width / columns)}" height="${round(height / rows)}" fill="${fill}" shape-rendering="crispEdges"/>`);
      }
    }
  }

  /** @param {number} x @param {number} y @param {string} text @param {Letters} [letters] */
  text(x, y, text, { size = 12, anchor = "start", baseline = "middle", weight = 400, fill = "#000", turn = 0, halo } = {}) {
    const shift = baseline === "top" ? 0.8 * size : baseline === "bottom" ? -0.2 * size : 0.34 * size;
    const place = turn ? ` transform="translate(${round(x)} ${round(y)}) rotate(${turn}) translate(0 ${round(shift)})"` : ` x="${round(x)}" y="${round(y + shift)}"`;
    this.parts.push(`<text${place} font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}"${halo ? ` stroke="${halo}" stroke-width="3" paint-order="stroke"` : ""}>${escape(text)}</text>`);
  }

  /** @param {Rectangle} rectangle @param {() => void} draw */
  clip({ x, y, width, height }, draw) {
    const id = `clip${this.clips++}`;
    this.parts.push(`<clipPath id="${id}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/></clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }

  /** @param {Rectangle} rectangle @param {() => void} draw */
  within({ x, y, width, height }, draw) {
    const before = [this.width, this.height];
    [this.width, this.height] = [width, height];
    this.parts.push(`<g transform="translate(${round(x)} ${round(y)})">`);
    draw();
    this.parts.push("</g>");
    [this.width, this.height] = before;
  }

  /** The whole file. */
  end() {
    return `${this.parts.join("\n")}\n</svg>\n`;
  }

  /** @param {ArrayLike<number>[]} lines @param {Ink} ink @param {boolean} closed */
  shape(lines, ink, closed) {
    let text = "";
    for (const points of lines) {
      let drawing = false;
      for (let i = 0; i + 1 < points.length; i += 2) {
        const finite = Number.isFinite(points[i]) && Number.isFinite(points[i + 1]);
        if (finite) text += `${drawing ? "L" : "M"}${round(points[i])} ${round(points[i + 1])}`;
        drawing = finite;
      }
      if (closed && text) text += "Z";
    }
    if (text) this.parts.push(`<path d="${text}"${attributes(ink)}/>`);
  }
}

/** @param {number} value */
const round = value => Math.round(Math.max(-1e6, Math.min(1e6, value)) * 100) / 100;

/** @param {string} text */
const escape = text => text.replace(/[&<>"]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? sign);

/** @param {Ink} ink */
function attributes({ stroke, fill, width = 1, dash, opacity }) {
  return ` fill="${fill ?? "none"}"${fill ? ' fill-rule="evenodd"' : ""}${stroke ? ` stroke="${stroke}" stroke-width="${width}"` : ""}`
    + `${dash?.length ? ` stroke-dasharray="${dash.join(" ")}"` : ""}${opacity !== undefined && opacity !== 1 ? ` opacity="${opacity}"` : ""}`;
}
