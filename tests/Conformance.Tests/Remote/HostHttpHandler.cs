using System.Net;
using System.Text.Json;

namespace Conformance.Tests.Remote;

/// <summary>Sends requests from where a host's peers are: into a network that this process is not in.</summary>
internal sealed class HostHttpHandler(IPeerHost host) : HttpMessageHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var headers = request.Headers.AsEnumerable();
        if (request.Content is { } content)
        {
            headers = headers.Concat(content.Headers);
        }

        var args = JsonSerializer.Serialize(
            new
            {
                url = request.RequestUri!.ToString(),
                method = request.Method.Method,
                headers = headers.ToDictionary(
                    header => header.Key,
                    header => string.Join(',', header.Value),
                    StringComparer.Ordinal
                ),
                body = request.Content is null
                    ? null
                    : await request.Content.ReadAsStringAsync(cancellationToken),
            }
        );
        var answer = await host.AskAsync("fetch", args);
        var response = new HttpResponseMessage(
            (HttpStatusCode)answer.GetProperty("status").GetInt32()
        )
        {
            RequestMessage = request,
            Content = new StringContent(answer.GetProperty("body").GetString()!),
        };
        foreach (var header in answer.GetProperty("headers").EnumerateObject())
        {
            var value = header.Value.GetString();
            if (!response.Headers.TryAddWithoutValidation(header.Name, value))
            {
                response.Content.Headers.Remove(header.Name);
                response.Content.Headers.TryAddWithoutValidation(header.Name, value);
            }
        }

        return response;
    }
}
