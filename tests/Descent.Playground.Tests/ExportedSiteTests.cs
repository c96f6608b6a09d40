using System.Net;
using System.Net.Sockets;
using Descent.Cli.Playground;

namespace Descent.Playground.Tests;

/// <summary>The exported folder on a server that knows nothing of it, in a folder of that server.</summary>
[Collection(InTheBrowser.Name)]
public sealed class ExportedSiteTests(Playground playground) : IDisposable
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html",
        [".css"] = "text/css",
        [".js"] = "text/javascript",
        [".wasm"] = "application/wasm",
        [".png"] = "image/png",
    };

    private readonly string folder = Directory.CreateTempSubdirectory("descent-exported-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [BrowserFact]
    public async Task It_works_the_same_under_a_sub_path()
    {
        PlaygroundSite.Open().Export(folder, overwrite: false);
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/some/where/";
        listener.Prefixes.Add(address);
        listener.Start();
        var serving = ServeAsync(listener);
        await using (var page = await playground.Fresh(address: address))
        {
            await page.Go("#v=1&w=explorer&lr=0.1&n=5&k=5");
            Assert.Equal("2.017", await page.Text("x"));
            Assert.Empty(page.Complaints);
        }

        listener.Stop();
        await serving;
    }

    private async Task ServeAsync(HttpListener listener)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var response = context.Response;
            var path = Path.Combine(folder, context.Request.Url!.AbsolutePath["/some/where/".Length..] is { Length: > 0 } name ? name : "index.html");
            if (!File.Exists(path))
            {
                response.StatusCode = 404;
                continue;
            }

            response.ContentType = Types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
            await response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(path));
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
