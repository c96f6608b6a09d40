using System.Net;
using System.Text;
using System.Text.Json;
using Descent.Cli.Playground;

namespace Descent.Playground.Tests;

/// <summary>The site as files and over HTTP.</summary>
public sealed class SiteTests : IDisposable
{
    private const double LargestDownload = 4.5e6;
    private readonly PlaygroundSite site = PlaygroundSite.Open();
    private readonly string folder = Directory.CreateTempSubdirectory("descent-site-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void All_that_is_downloaded_is_at_most_four_and_a_half_megabytes()
    {
        var size = site.Files.Values.Sum(file => file.Brotli.Length);
        Assert.True(size <= LargestDownload, $"The site is {size / 1e6:F2} MB compressed, allowed {LargestDownload / 1e6:F1}.");
        var assemblies = JsonSerializer.Deserialize<Dictionary<string, long>>(site.Files["_framework/assemblies.json"].Plain)!;
        Assert.All(["Descent.dll", "Descent.Landscapes.dll", "Descent.Playground.dll"], name => Assert.Contains(name, assemblies.Keys));
        Assert.Equal(assemblies.Values.Sum(), site.Files["_framework/assemblies.bin"].Plain.Length);
    }

    [Fact]
    public void Pages_name_nothing_outside_and_nothing_from_the_root()
    {
        foreach (var (name, file) in site.Files.Where(pair => pair.Key.EndsWith(".html", StringComparison.Ordinal) || pair.Key.EndsWith(".css", StringComparison.Ordinal) || pair.Key.StartsWith("js/", StringComparison.Ordinal)))
        {
            var text = Encoding.UTF8.GetString(file.Plain);
            Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
            Assert.DoesNotContain("from \"/", text, StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"/", text, StringComparison.Ordinal);
            Assert.DoesNotContain("src=\"/", text, StringComparison.Ordinal);
            Assert.False(text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).Contains("http://", StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public void The_catalogue_is_what_the_library_answers() =>
        Assert.Equal(SiteFunctions.Call("catalog", "{}").Json, Encoding.UTF8.GetString(site.Files["catalog.json"].Plain));

    [Fact]
    public void Libraries_have_their_licences_beside_them() => Assert.All(
        site.Files.Keys.Where(name => name.StartsWith("lib/", StringComparison.Ordinal) && name.EndsWith(".js", StringComparison.Ordinal)),
        name => Assert.Contains(name.Replace(".js", ".LICENSE.txt", StringComparison.Ordinal), site.Files.Keys));

    [Fact]
    public async Task Files_come_compressed_as_asked_with_their_type_and_only_once()
    {
        using var stop = new CancellationTokenSource();
        using var server = SiteServer.Start(site);
        var serving = server.RunAsync(stop.Token);
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        foreach (var (path, type) in new[] { ("", "text/html"), ("js/main.js", "text/javascript"), ("css/site.css", "text/css"), ("_framework/dotnet.native.wasm", "application/wasm"), ("_framework/assemblies.json", "application/json") })
        {
            var file = site.Files[path.Length == 0 ? "index.html" : path];
            foreach (var (accepted, encoding, content) in new[] { ("gzip, br", "br", file.Brotli), ("gzip", "gzip", file.Gzip), ("br;q=0", null, file.Plain), ("", null, file.Plain) })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
                using var answer = await client.SendAsync(request);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
                Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
                Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
                using var again = new HttpRequestMessage(HttpMethod.Get, path);
                again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
                using var unchanged = await client.SendAsync(again);
                Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
            }
        }

        await stop.CancelAsync();
        await serving;
    }

    [Theory]
    [InlineData("GET", "/../../etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("GET", "/%2e%2e/%2e%2e/etc/passwd", HttpStatusCode.NotFound)]
    [InlineData("GET", "/..%2f..%2fetc%2fpasswd", HttpStatusCode.NotFound)]
    [InlineData("GET", "/js/../../playground.zip", HttpStatusCode.NotFound)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/index.html", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/index.html", HttpStatusCode.OK)]
    public async Task Nothing_but_the_sites_files_is_answered(string method, string path, HttpStatusCode expected)
    {
        using var stop = new CancellationTokenSource();
        using var server = SiteServer.Start(site);
        var serving = server.RunAsync(stop.Token);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        Assert.StartsWith($"HTTP/1.1 {(int)expected} ", await reader.ReadLineAsync(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public void An_export_has_every_file_and_its_twins()
    {
        site.Export(folder, overwrite: false);
        foreach (var (name, file) in site.Files)
        {
            Assert.Equal(file.Plain, File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.Equal(file.Brotli, File.ReadAllBytes(Path.Combine(folder, name + ".br")));
            Assert.Equal(file.Gzip, File.ReadAllBytes(Path.Combine(folder, name + ".gz")));
        }
    }
}
