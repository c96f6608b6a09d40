// Makes wwwroot/lib again: the drawing libraries, each as one ES module with its licence beside it.
import { build } from "esbuild";
import { copyFile, readFile } from "node:fs/promises";

for (const name of ["d3-contour"]) {
  const { version, license } = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf8"));
  await build({
    stdin: { contents: `export { contours } from "${name}";`, resolveDir: "." },
    bundle: true, minify: true, format: "esm", target: "es2022",
    banner: { js: `/* ${name} ${version} with d3-array and internmap, ${license}; see ${name}.LICENSE.txt */` },
    outfile: `wwwroot/lib/${name}.js`,
  });
  await copyFile(`node_modules/${name}/LICENSE`, `wwwroot/lib/${name}.LICENSE.txt`);
}
