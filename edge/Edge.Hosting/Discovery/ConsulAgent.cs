using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Edge.Hosting.Discovery.Wire;
using Edge.Hosting.Settings.Mesh;

namespace Edge.Hosting.Discovery;

/// <summary>The calls of Consul's agent that discovery makes (HTTP API v1).</summary>
/// <remarks>Every wait has an end, and whatever the agent does comes back as a <see cref="ConsulFault"/>; only
/// the caller's cancellation throws. Threads: any.</remarks>
internal sealed class ConsulAgent : IDisposable
{
    // Chosen: two thousand entries of two kilobytes; a PoP has a hundred processes.
    private const int AnswerBytesMax = 4 * 1024 * 1024;

    private const string TokenHeader = "X-Consul-Token";
    private const string IndexHeader = "X-Consul-Index";

    private readonly HttpClient _client;
    private readonly ConsulTimes _times;
    private readonly TimeProvider _time;

    /// <summary>Connects with nothing yet.</summary>
    public ConsulAgent(ConsulSettings settings, ConsulTimes times, TimeProvider time)
    {
        _times = times;
        _time = time;
        _client = new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = times.CallWithin,
            }
        )
        {
            BaseAddress = settings.Agent,
            MaxResponseContentBufferSize = AnswerBytesMax,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (settings.Token is { } token)
        {
            _client.DefaultRequestHeaders.Add(TokenHeader, token);
        }
    }

    /// <summary>Registers a service, or replaces what is registered under its id.</summary>
    public Task<ConsulFault> RegisterAsync(
        ServiceRegistration service,
        CancellationToken cancellation
    ) =>
        PutAsync(
            "v1/agent/service/register?replace-existing-checks=true",
            JsonSerializer.SerializeToUtf8Bytes(
                service,
                ConsulJsonContext.Default.ServiceRegistration
            ),
            cancellation
        );

    /// <summary>Says that a service lives.</summary>
    public Task<ConsulFault> PassAsync(string checkId, CancellationToken cancellation) =>
        PutAsync($"v1/agent/check/pass/{checkId}", body: [], cancellation);

    /// <summary>Takes a service out.</summary>
    public Task<ConsulFault> DeregisterAsync(string serviceId, CancellationToken cancellation) =>
        PutAsync($"v1/agent/service/deregister/{serviceId}", body: [], cancellation);

    /// <summary>Looks who has registered as a service.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="pop">The PoP whose processes are meant.</param>
    /// <param name="index">Of the look before: the answer is held until there is another, for a while. 0: it
    /// comes at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<CatalogueAnswer> LookAsync(
        string service,
        string pop,
        ulong index,
        CancellationToken cancellation
    )
    {
        var hold = _times.HoldLook.TotalMilliseconds;
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            string.Create(
                CultureInfo.InvariantCulture,
                $"v1/health/service/{service}?index={index}&wait={hold:0}ms"
            )
        );
        CatalogueAnswer answer = new CatalogueAnswer.Failed(ConsulFault.None);
        var fault = await SendAsync(
            request,
            index == 0 ? _times.CallWithin : _times.LookWithin,
            async (response, stop) =>
            {
                var entries = await ReadAsync(
                    response.Content,
                    ConsulJsonContext.Default.HealthEntryArray,
                    stop
                );
                answer = CatalogueReader.Read(entries, pop, ReadIndex(response, index));
            },
            cancellation
        );
        return fault == ConsulFault.None ? answer : new CatalogueAnswer.Failed(fault);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<ConsulFault> PutAsync(
        string path,
        byte[] body,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path);
        request.Content = new ByteArrayContent(body);
        return await SendAsync(
            request,
            _times.CallWithin,
            (_, _) => Task.CompletedTask,
            cancellation
        );
    }

    private async Task<ConsulFault> SendAsync(
        HttpRequestMessage request,
        TimeSpan within,
        Func<HttpResponseMessage, CancellationToken, Task> read,
        CancellationToken cancellation
    )
    {
        using var limit = new CancellationTokenSource(within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            cancellation
        );
        try
        {
            using var response = await _client.SendAsync(request, either.Token);
            var fault = ToFault(response.StatusCode);
            if (fault == ConsulFault.None)
            {
                await read(response, either.Token);
            }

            return fault;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ConsulFault.TimedOut;
        }
        catch (HttpRequestException error)
            when (error.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded)
        {
            return ConsulFault.Malformed;
        }
        catch (JsonException)
        {
            return ConsulFault.Malformed;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return ConsulFault.Unreachable;
        }
    }

    private static async Task<T[]> ReadAsync<T>(
        HttpContent content,
        JsonTypeInfo<T[]> type,
        CancellationToken cancellation
    )
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        return await JsonSerializer.DeserializeAsync(stream, type, cancellation)
            ?? throw new JsonException("null is no list.");
    }

    /// <summary>An index that is missing or goes back is of an agent that began anew, or of no agent: nothing can be
    /// waited for (Consul, blocking queries).</summary>
    private static ulong ReadIndex(HttpResponseMessage response, ulong before) =>
        response.Headers.TryGetValues(IndexHeader, out var values)
        && ulong.TryParse(
            values.First(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var index
        )
        && index >= before
            ? index
            : 0;

    private static ConsulFault ToFault(HttpStatusCode status)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return ConsulFault.Forbidden;
        }

        return status == HttpStatusCode.OK ? ConsulFault.None : ConsulFault.Refused;
    }
}
