using Control.Server.Calls.Wire;
using Edge.Hosting.Http;

namespace Control.Server.Http.OpenApi;

/// <summary>GET /openapi.json: what this process serves, written once from its own endpoints.</summary>
internal sealed class OpenApiEndpoint
{
    private const string Path = "/openapi.json";
    private readonly Lazy<byte[]> _document;

    /// <summary>Makes it.</summary>
    /// <param name="sources">The endpoints of the process, when all of them are mapped.</param>
    /// <param name="version">The build.</param>
    public OpenApiEndpoint(Func<IEnumerable<EndpointDataSource>> sources, string version) =>
        _document = new Lazy<byte[]>(() => Write(sources(), version));

    /// <summary>Maps it.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Map(Path, HandleAsync)
            .WithMetadata(
                new ApiOperation("readOpenApi", "GET", Path, "This document.")
                {
                    Tag = "server",
                    IsProtected = false,
                    HasProblems = true,
                    Result = new(StatusCodes.Status200OK),
                }
            );

    private async Task HandleAsync(HttpContext context)
    {
        Cors.AddHeaders(context.Response);
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            await Responses.WriteMethodNotAllowedAsync(context, "GET, HEAD");
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _document.Value.Length;
        if (HttpMethods.IsGet(method))
        {
            await context.Response.Body.WriteAsync(_document.Value, context.RequestAborted);
        }
    }

    private static byte[] Write(IEnumerable<EndpointDataSource> sources, string version)
    {
        // A path under a second name has the metadata of the first.
        var operations = sources
            .SelectMany(source => source.Endpoints)
            .SelectMany(endpoint => endpoint.Metadata.GetOrderedMetadata<ApiOperation>())
            .DistinctBy(operation => operation.Id, StringComparer.Ordinal);
        return new OpenApiDocument(
            CallsJsonContext.Wire.ErrorAnswer,
            HostingJsonContext.Default.ProblemDocument
        ).Write(operations, version);
    }
}
