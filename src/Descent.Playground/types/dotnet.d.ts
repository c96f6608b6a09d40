/** What the worker uses of the .NET runtime's loader, which is beside the pages only in the built site. */
declare module "*/_framework/dotnet.js" {
  type Builder = { withConfig(config: object): Builder; withRuntimeOptions(options: string[]): Builder; create(): Promise<{ getAssemblyExports(name: string): Promise<any> }> };
  export const dotnet: Builder;
}
