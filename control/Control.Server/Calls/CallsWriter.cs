using System.Globalization;

namespace Control.Server.Calls;

/// <summary>Writes answers of the session API.</summary>
internal static class CallsWriter
{
    /// <summary>Writes one. A HEAD request gets the headers only.</summary>
    public static async Task WriteAsync(HttpContext context, CallsAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers.CacheControl = "no-store";
        if (answer.RetryAfter is { } wait)
        {
            // RFC 9110 §10.2.3: whole seconds; never "at once".
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (answer.Status == StatusCodes.Status204NoContent)
        {
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
        }
    }
}
