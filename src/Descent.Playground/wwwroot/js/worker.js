// The .NET runtime's place: it answers one request after the other, so that the page never waits.
const mainAssemblyName = "Descent.Playground.dll";
const native = "dotnet.native.wasm";
const core = ["System.Private.CoreLib.dll", "System.Runtime.InteropServices.JavaScript.dll"];
const framework = new URL("../_framework/", import.meta.url);

/** What the runtime will ask for is on its way before the runtime is. @type {Map<string, Promise<Response>>} */
const asked = new Map();
const border = start();
// Read while the runtime starts; only grids need it.
const contour = import("./draw/contour.js");

async function start() {
  const list = bring("assemblies.json");
  bring(native);
  core.forEach(bring);
  const loader = import("../_framework/dotnet.js");
  import("../_framework/dotnet.native.js");
  import("../_framework/dotnet.runtime.js");
  /** @type {string[]} */
  const assemblies = await (await list).json();
  assemblies.forEach(bring);
  const { dotnet } = await loader;
  const file = (/** @type {string} */ name) => ({ name, virtualPath: name });
  // Traces compile what is hot to WebAssembly. Each optimizer is code of its own, so that they cost more than they give: measured in bench/results/playground.md.
  const runtime = await dotnet.withRuntimeOptions(["--no-jiterpreter-traces-enabled"]).withResourceLoader((_, name) => asked.get(name) ?? null).withConfig({
    mainAssemblyName,
    globalizationMode: "invariant",
    resources: {
      jsModuleNative: [{ name: "dotnet.native.js" }],
      jsModuleRuntime: [{ name: "dotnet.runtime.js" }],
      wasmNative: [{ name: native }],
      coreAssembly: core.map(file),
      assembly: assemblies.filter(name => !core.includes(name)).map(file),
    },
  }).create();
  return (await runtime.getAssemblyExports(mainAssemblyName)).Descent.Playground.Border;
}

/** @param {string} name */
function bring(name) {
  const answer = asked.get(name) ?? fetch(new URL(name, framework));
  asked.set(name, answer);
  return answer;
}

// Not onmessage: where a worker has one, the runtime takes it for a thread of its own.
self.addEventListener("message", async ({ data: { id, name, request } }) => {
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
});
