/** What the worker uses of the .NET runtime's loader, which is beside the pages only in the built site. */
declare module "*/_framework/dotnet.js" {
  export const dotnet: { withConfig(config: object): { create(): Promise<{ getAssemblyExports(name: string): Promise<any> }> } };
}
