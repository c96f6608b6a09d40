// The library, which runs in a worker: requests go there as JSON, answers come back with typed arrays that were moved, not copied.

/** The answer of a request that a newer one has replaced. */
export class Superseded extends Error {}

/** A mistake that the library explains in one sentence; `column` is where in a formula, from 1. */
export class Refused extends Error {
  /** @param {string} message @param {number | null} [column] */
  constructor(message, column = null) {
    super(message);
    this.column = column;
  }
}

/** @typedef {{ id: number, name: string, request: any, key: string, resolve: (answer: any) => void, reject: (error: Error) => void }} Job */

// The page asks for this module before all others: the runtime starts at once, while they load.
/** @type {Worker | null} */
let worker = start();
/** @type {Job | null} */
let running = null;
/** @type {Job[]} */
let waiting = [];
let count = 0;
/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/** Asks the library. Of requests with the same key only the newest is answered; those it replaces end as Superseded.
 * @param {string} name @param {any} request @param {string} [key]
 * @returns {Promise<any>} */
export function ask(name, request, key = `#${count}`) {
  return new Promise((resolve, reject) => {
    const job = { id: ++count, name, request, key, resolve, reject };
    waiting = waiting.filter(other => other.key !== key || (other.reject(new Superseded()), false));
    if (running?.key === key) {
      running.reject(new Superseded());
      running.reject = running.resolve = () => {};
    }
    waiting.push(job);
    next();
  });
}

/** Asks once and keeps the answer, for what does not change: catalogues, grids.
 * @param {string} name @param {any} request @param {number} [most] how many answers to keep @returns {Promise<any>} */
export function askOnce(name, request, most = 24) {
  const key = name + JSON.stringify(request);
  let answer = kept.get(key);
  if (!answer) {
    answer = ask(name, request);
    answer.catch(() => kept.delete(key));
    kept.set(key, answer);
    if (kept.size > most) kept.delete(/** @type {string} */ (kept.keys().next().value));
  }
  return answer;
}

/** Stops what runs and what waits: the worker is ended and starts again at the next request. */
export function cancel() {
  stop(new Superseded());
}

/** For tests of faults: the worker's own end. */
export function terminate() {
  stop(new Refused("The library's worker ended in the middle of a run; it was started again, and nothing you set is lost."));
}

/** @param {Error} reason */
function stop(reason) {
  worker?.terminate();
  worker = null;
  const ended = running;
  running = null;
  ended?.reject(reason);
  next();
}

function next() {
  if (running || waiting.length === 0) return;
  worker ??= start();
  running = /** @type {Job} */ (waiting.shift());
  worker.postMessage({ id: running.id, name: running.name, request: running.request });
}

function start() {
  const made = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  made.onmessage = ({ data }) => {
    const job = running;
    if (!job || job.id !== data.id) return;
    running = null;
    if (data.error) job.reject(new Refused(data.error, data.column));
    else job.resolve(data.answer);
    next();
  };
  made.onerror = event => {
    event.preventDefault();
    stop(new Refused(`The library's worker stopped (${event.message || "it could not be loaded"}); it starts again at the next change, and nothing you set is lost.`));
  };
  return made;
}
