// A picture in pieces: what is drawn is noted down, and drawn later, so much at a time that the page never waits for all of it.

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./pen.js").Rectangle} Rectangle */

/** How long a piece takes, in milliseconds, before the next stroke begins another. */
const pieceTime = 6;

/** Notes what is drawn. @implements {Pen} */
export class NotingPen {
  /** @param {import("./pen.js").CanvasPen} paper where it is drawn later */
  constructor(paper) {
    this.paper = paper;
    this.width = paper.width;
    this.height = paper.height;
    /** @type {(() => void)[]} */
    this.strokes = [];
  }

  /** @param {Parameters<Pen["path"]>} all */
  path(...all) { this.strokes.push(() => this.paper.path(...all)); }

  /** @param {Parameters<Pen["rings"]>} all */
  rings(...all) { this.strokes.push(() => this.paper.rings(...all)); }

  /** @param {Parameters<Pen["circle"]>} all */
  circle(...all) { this.strokes.push(() => this.paper.circle(...all)); }

  /** @param {Parameters<Pen["rectangle"]>} all */
  rectangle(...all) { this.strokes.push(() => this.paper.rectangle(...all)); }

  /** @param {Parameters<Pen["cells"]>} all */
  cells(...all) { this.strokes.push(() => this.paper.cells(...all)); }

  /** @param {Parameters<Pen["text"]>} all */
  text(...all) { this.strokes.push(() => this.paper.text(...all)); }

  /** @param {Rectangle} rectangle @param {() => void} draw */
  clip(rectangle, draw) {
    this.strokes.push(() => this.paper.enter(rectangle));
    draw();
    this.strokes.push(() => this.paper.leave());
  }

  /** @param {Rectangle} rectangle @param {() => void} draw */
  within({ x, y, width, height }, draw) {
    const before = [this.width, this.height];
    [this.width, this.height] = [width, height];
    this.strokes.push(() => this.paper.move(x, y));
    draw();
    this.strokes.push(() => this.paper.leave());
    [this.width, this.height] = before;
  }

  /** Draws what was noted; between two pieces there is time for something else. */
  *pieces() {
    let begun = performance.now();
    for (const stroke of this.strokes) {
      if (performance.now() - begun > pieceTime) {
        yield;
        begun = performance.now();
      }
      stroke();
    }
    if (performance.now() - begun > pieceTime / 2) yield;
  }
}
