using System.Net;
using System.Net.Sockets;

namespace Descent.Cli.Playground;

/// <summary>Serves the playground to this machine alone.</summary>
internal sealed class SiteServer : IDisposable
{
    private const int UsualPort = 8470;
    private const int MostAtOnce = 32;

    private const string Policy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
        + "worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly PlaygroundSite site;
    private readonly HttpListener listener;

    private SiteServer(PlaygroundSite site, HttpListener listener, int port) => (this.site, this.listener, Port) = (site, listener, port);

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The address of the first page.</summary>
    public string Address => $"http://127.0.0.1:{Port}/";

    /// <summary>Starts to listen, on the port or, when none is given, on the usual one or any free one.</summary>
    /// <exception cref="DescentException">The port is taken or not allowed.</exception>
    public static SiteServer Start(PlaygroundSite site, int? port = null)
    {
        if (port is { } wanted)
        {
            return Listen(wanted) is { } opened
                ? new SiteServer(site, opened, wanted)
                : throw new DescentException($"Port {wanted} is in use or not allowed; choose another with --port, or leave it out for a free one.");
        }

        for (var candidate = UsualPort; ; candidate = FreePort())
        {
            if (Listen(candidate) is { } opened)
            {
                return new SiteServer(site, opened, candidate);
            }
        }
    }

    /// <summary>Answers until it is stopped; at most 32 requests at a time.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var places = new SemaphoreSlim(MostAtOnce);
        using var ending = stop.Register(listener.Stop);
        while (!stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                await places.WaitAsync(stop);
                context = await listener.GetContextAsync();
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException or OperationCanceledException)
            {
                break;
            }

            _ = AnswerAsync(context, places);
        }
    }

    public void Dispose() => listener.Close();

    private async Task AnswerAsync(HttpListenerContext context, SemaphoreSlim places)
    {
        try
        {
            using var response = context.Response;
            await AnswerAsync(context.Request, response);
        }
        catch (Exception cause) when (cause is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The browser went away in the middle of a file; the next request is a new one.
        }
        finally
        {
            try
            {
                places.Release();
            }
            catch (ObjectDisposedException)
            {
                // The server has ended in the meantime.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        response.Headers["X-Content-Type-Options"] = "nosniff";
        response.Headers["Content-Security-Policy"] = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        if (request.HttpMethod is not ("GET" or "HEAD"))
        {
            response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            response.Headers["Allow"] = "GET, HEAD";
            return;
        }

        // Only names that the archive has are answered, so no path leads out of it.
        var name = Uri.UnescapeDataString(request.Url?.AbsolutePath ?? "/").TrimStart('/');
        if (!site.Files.TryGetValue(name.Length == 0 ? "index.html" : name, out var file))
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        response.ContentType = file.ContentType;
        response.Headers["ETag"] = file.Tag;
        response.Headers["Cache-Control"] = "no-cache";
        response.Headers["Vary"] = "Accept-Encoding";
        if (request.Headers["If-None-Match"] is { } known && known.Contains(file.Tag, StringComparison.Ordinal))
        {
            response.StatusCode = (int)HttpStatusCode.NotModified;
            return;
        }

        var (content, encoding) = Accepts(request, "br") ? (file.Brotli, "br") : Accepts(request, "gzip") ? (file.Gzip, "gzip") : (file.Plain, null);
        if (encoding is not null)
        {
            response.Headers["Content-Encoding"] = encoding;
        }

        response.ContentLength64 = content.Length;
        if (request.HttpMethod == "GET")
        {
            await response.OutputStream.WriteAsync(content);
        }
    }

    private static bool Accepts(HttpListenerRequest request, string encoding) =>
        (request.Headers["Accept-Encoding"] ?? "").Split(',', StringSplitOptions.TrimEntries).Any(offered =>
            offered.Split(';', StringSplitOptions.TrimEntries) is var parts
            && parts[0].Equals(encoding, StringComparison.OrdinalIgnoreCase)
            && !parts.Contains("q=0"));

    private static HttpListener? Listen(int port)
    {
        var opened = new HttpListener();
        opened.Prefixes.Add($"http://127.0.0.1:{port}/");
        try
        {
            opened.Start();
            return opened;
        }
        catch (Exception cause) when (cause is HttpListenerException or SocketException)
        {
            opened.Close();
            return null;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
