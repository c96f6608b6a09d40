// What keys do on a page, wherever the focus is, as long as it is not where the key has a meaning of its own.

/** @param {KeyboardEvent} event @param {import("./host.js").Host} host */
export function press(event, host) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return host.sheet(false);
  const typing = target.matches("input[type=text], textarea, select");
  const onRange = target.matches("input[type=range], input[type=radio]");
  const pressed = target.matches("button, summary, a, input[type=checkbox]");
  if (typing) return;
  const { transport, widget } = host;
  /** @type {Record<string, () => void>} */
  const acts = {
    ...(pressed ? {} : { " ": () => transport.toggle() }),
    ...(onRange ? {} : { ArrowLeft: () => transport.by(-1), ArrowRight: () => transport.by(1), Home: () => transport.to(0), End: () => transport.to(transport.last) }),
    "[": () => transport.setSpeed(transport.speed / 2), "]": () => transport.setSpeed(transport.speed * 2), r: () => transport.reset(), R: () => transport.reset(),
  };
  if (widget.keys?.(event.key, host.context)) event.preventDefault();
  else if (widget.last && Object.hasOwn(acts, event.key)) {
    acts[event.key]();
    event.preventDefault();
  }
}
