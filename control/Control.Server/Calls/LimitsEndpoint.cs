using Control.Contract.Calls;
using Control.Server.Calls.Wire;
using Control.Server.Http;
using Control.Server.Http.OpenApi;
using Edge.Hosting.Http;
using Edge.Hosting.Settings.Limits;

namespace Control.Server.Calls;

/// <summary>GET /v1/limits: the limits in force, by name. Open to everybody: a client meets them
/// anyway.</summary>
internal sealed class LimitsEndpoint(CallsLimits limits, ICallsNode? node)
{
    private const string Path = "/v1/limits";

    /// <summary>Maps it.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes
            .Map(Path, HandleAsync)
            .WithMetadata(
                new ApiOperation("readLimits", "GET", Path, "The limits in force.")
                {
                    Tag = "server",
                    IsProtected = false,
                    HasProblems = true,
                    Result = new(
                        StatusCodes.Status200OK,
                        static () => CallsJsonContext.Wire.LimitsAnswer
                    ),
                }
            );

    private Task HandleAsync(HttpContext context)
    {
        Cors.AddHeaders(context.Response);
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
        {
            return Responses.WriteMethodNotAllowedAsync(context, "GET, HEAD");
        }

        return Responses.WriteJsonAsync(context, ToJson(), CallsJsonContext.Wire.LimitsAnswer);
    }

    private LimitsAnswer ToJson()
    {
        var all = new LimitsAnswer();
        // The node's times are those it really holds to.
        var inForce = node is null ? limits : limits with { Times = node.Limits };
        foreach (var limit in CallsLimits.All)
        {
            all[limit.Name] = limit.Read(inForce);
        }

        return all;
    }
}
