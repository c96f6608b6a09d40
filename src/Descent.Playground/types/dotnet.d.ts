/** What the worker uses of the .NET runtime's loader, which is beside the pages only in the built site. */
declare module "*/_framework/dotnet.js" {
  type Builder = { withConfig(config: object): Builder; withRuntimeOptions(options: string[]): Builder; withEnvironmentVariable(name: string, value: string): Builder; withResourceLoader(load: (type: string, name: string) => Promise<Response> | null): Builder; create(): Promise<{ getAssemblyExports(name: string): Promise<any> }> };
  export const dotnet: Builder;
}

declare module "*/_framework/dotnet.native.js";
declare module "*/_framework/dotnet.runtime.js";
