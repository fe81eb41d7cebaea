using System.Net;
using System.Net.Sockets;
using Anycast.Health.Rounds;

namespace Anycast.Daemon.Probing;

/// <summary>Asks the node's /readyz.</summary>
/// <remarks>Each question has a connection of its own: one that is refused says that there is no process. Nothing
/// throws but a cancellation. Threads: any.</remarks>
internal sealed class ReadinessProbe : IDisposable
{
    // What a drain is told by is one word.
    private const int AnswerBytesMax = 4096;

    private static ReadOnlySpan<byte> DrainingWord => "draining"u8;

    private readonly HttpClient _client;
    private readonly Uri _url;
    private readonly TimeSpan _timeout;

    /// <summary>Asks nothing yet.</summary>
    public ReadinessProbe(Uri url, TimeSpan timeout)
    {
        _url = url;
        _timeout = timeout;
        _client = new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                PooledConnectionLifetime = TimeSpan.Zero,
            }
        )
        {
            MaxResponseContentBufferSize = AnswerBytesMax,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Asks.</summary>
    public async Task<ReadinessAnswer> AskAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            using var response = await _client.GetAsync(_url, limit.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return ReadinessAnswer.Ready;
            }

            var text = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return text.AsSpan().TrimEnd((byte)'\n').SequenceEqual(DrainingWord)
                ? ReadinessAnswer.Draining
                : ReadinessAnswer.Ill;
        }
        catch (HttpRequestException exception)
        {
            return IsRefused(exception) ? ReadinessAnswer.Refused : ReadinessAnswer.Silent;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ReadinessAnswer.Silent;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static bool IsRefused(HttpRequestException exception) =>
        exception.InnerException
            is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
}
