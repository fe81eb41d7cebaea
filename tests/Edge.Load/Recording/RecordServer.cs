using System.Net;
using System.Text;
using Edge.Processes;

namespace Edge.Load.Recording;

/// <summary>Serves one page on loopback, and takes what it posts.</summary>
internal sealed class RecordServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string _page;

    /// <summary>Begins to listen.</summary>
    public RecordServer(string page)
    {
        _page = page;
        Url = $"http://127.0.0.1:{FreePorts.Tcp()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
    }

    /// <summary>Where the page is.</summary>
    public string Url { get; }

    /// <summary>Serves until something is posted, and answers that.</summary>
    /// <param name="answer">Makes the answer of what was posted: of an offer, an answer in the sense of SDP.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task AnswerAsync(Func<string, string> answer, CancellationToken cancellation)
    {
        while (true)
        {
            var context = await _listener.GetContextAsync().WaitAsync(cancellation);
            if (context.Request.HttpMethod is not "POST")
            {
                var isPage = context.Request.Url?.AbsolutePath is "/";
                await SendAsync(context.Response, isPage ? 200 : 404, "text/html", _page);
                continue;
            }

            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var posted = await reader.ReadToEndAsync(cancellation);
            await SendAsync(context.Response, 201, "application/sdp", answer(posted));
            return;
        }
    }

    public void Dispose() => _listener.Close();

    private static async Task SendAsync(
        HttpListenerResponse response,
        int status,
        string type,
        string text
    )
    {
        response.StatusCode = status;
        response.ContentType = type;
        await using var body = new StreamWriter(response.OutputStream);
        await body.WriteAsync(text);
    }
}
