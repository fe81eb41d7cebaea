using Edge.Hosting.Http;

namespace Control.Server.Http;

/// <summary>The outermost step of every request: headers that every answer has, and what becomes of
/// exceptions. A bug ends a request, not the process, and the client learns nothing of its insides.</summary>
internal sealed partial class RequestBoundary(ILogger<RequestBoundary> log)
{
    /// <summary>Runs the rest of the pipeline.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception)
        {
            // Kestrel's own refusals while a body is read: too large, too slow, broken chunks.
            await TryWriteAsync(context, exception.StatusCode, ToDetail(exception.StatusCode));
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What Kestrel throws for a chunk size beyond its integers: the client's error, not ours.
            var status = StatusCodes.Status400BadRequest;
            await TryWriteAsync(context, status, ToDetail(status));
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to tell.
        }
        catch (Exception exception)
        {
            LogFailed(log, context.Request.Method, exception);
            const string detail = "The server failed at this request; its log says why.";
            await TryWriteAsync(context, StatusCodes.Status500InternalServerError, detail);
        }
    }

    private static string ToDetail(int status) =>
        status switch
        {
            StatusCodes.Status408RequestTimeout => "The body did not arrive in time.",
            StatusCodes.Status413PayloadTooLarge => "The body is too large.",
            _ => "The request is not well-formed HTTP.",
        };

    private static async Task TryWriteAsync(HttpContext context, int status, string detail)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        Cors.AddHeaders(context.Response);
        context.Response.Headers.Connection = "close";
        await Responses.WriteProblemAsync(context, status, detail);
    }
}
