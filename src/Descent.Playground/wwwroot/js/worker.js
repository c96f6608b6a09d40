// The .NET runtime's place: it answers one request after the other, so that the page never waits.
import { dotnet } from "../_framework/dotnet.js";

const mainAssemblyName = "Descent.Playground.dll";
const core = ["System.Private.CoreLib.dll", "System.Runtime.InteropServices.JavaScript.dll"];

const border = start();
// Read while the runtime starts; only grids need it.
const contour = import("./draw/contour.js");

async function start() {
  /** @type {string[]} */
  const assemblies = await (await fetch(new URL("../_framework/assemblies.json", import.meta.url))).json();
  const file = (/** @type {string} */ name) => ({ name, virtualPath: name });
  // Traces compile what is hot to WebAssembly. Each optimizer is code of its own, so that they cost more than they give: measured in bench/results/playground.md.
  const runtime = await dotnet.withRuntimeOptions(["--no-jiterpreter-traces-enabled"]).withConfig({
    mainAssemblyName,
    globalizationMode: "invariant",
    resources: {
      jsModuleNative: [{ name: "dotnet.native.js" }],
      jsModuleRuntime: [{ name: "dotnet.runtime.js" }],
      wasmNative: [{ name: "dotnet.native.wasm" }],
      coreAssembly: core.map(file),
      assembly: assemblies.filter(name => !core.includes(name)).map(file),
    },
  }).create();
  return (await runtime.getAssemblyExports(mainAssemblyName)).Descent.Playground.Border;
}

self.onmessage = async ({ data: { id, name, request } }) => {
  try {
    const exports = await border;
    const text = exports.Call(name, JSON.stringify(request));
    const view = exports.Numbers();
    const numbers = /** @type {Float64Array} */ (view.slice());
    view.dispose();
    const answer = JSON.parse(text, (_, value) => value !== null && typeof value === "object" && "offset" in value && "length" in value
      ? { ...value, values: numbers.subarray(value.offset, value.offset + value.length) }
      : value);
    if (answer.levels !== undefined && answer.rows > 1) answer.bands = (await contour).contours(answer);
    if (answer.error !== undefined) self.postMessage({ id, error: answer.error, column: answer.column });
    else self.postMessage({ id, answer }, { transfer: [numbers.buffer] });
  } catch (error) {
    self.postMessage({ id, error: `The library could not answer '${name}': ${error instanceof Error ? error.message : error}` });
  }
};
