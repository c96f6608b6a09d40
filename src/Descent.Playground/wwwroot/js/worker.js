// The .NET runtime's place: it answers one request after the other, so that the page never waits.
const mainAssemblyName = "Descent.Playground.dll";
const native = "dotnet.native.wasm";
const core = ["System.Private.CoreLib.dll", "System.Runtime.InteropServices.JavaScript.dll"];
const framework = new URL("../_framework/", import.meta.url);

/** What the runtime will ask for is on its way before the runtime is. */
const border = start();
// Read while the runtime starts; only grids need it.
const contour = import("./draw/contour.js");

async function start() {
  const loader = import("../_framework/dotnet.js");
  import("../_framework/dotnet.native.js");
  import("../_framework/dotnet.runtime.js");
  const [list, bytes, wasm] = ["assemblies.json", "assemblies.bin", native].map(name => fetch(new URL(name, framework)));
  /** @type {[string, number][]} */
  const assemblies = Object.entries(await (await list).json());
  const all = bytes.then(answer => answer.arrayBuffer());
  let end = 0;
  const files = new Map(assemblies.map(([name, length]) => {
    const start = end;
    end += length;
    return [name, { name, virtualPath: name, buffer: all.then(buffer => buffer.slice(start, start + length)) }];
  }));
  const { dotnet } = await loader;
  // Traces compile what is hot to WebAssembly. Each optimizer is code of its own, so that they cost more than they give: measured in bench/results/playground.md.
  // Without a time zone the runtime's loader asks the browser for its own, which takes longer than all else that it does.
  const runtime = await dotnet.withRuntimeOptions(["--no-jiterpreter-traces-enabled"]).withEnvironmentVariable("TZ", "UTC").withResourceLoader((_, name) => name === native ? wasm : null).withConfig({
    mainAssemblyName,
    globalizationMode: "invariant",
    resources: {
      jsModuleNative: [{ name: "dotnet.native.js" }],
      jsModuleRuntime: [{ name: "dotnet.runtime.js" }],
      wasmNative: [{ name: native }],
      coreAssembly: core.map(name => files.get(name)),
      assembly: [...files.values()].filter(file => !core.includes(file.name)),
    },
  }).create();
  return (await runtime.getAssemblyExports(mainAssemblyName)).Descent.Playground.Border;
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
