using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Edge.Hosting.Http;

/// <summary>The forms of answers that several rooms give.</summary>
public static class Responses
{
    /// <summary>Writes an error (RFC 9457).</summary>
    public static Task WriteProblemAsync(
        HttpContext context,
        int status,
        string detail,
        TimeSpan? retryAfter = null
    )
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
        {
            // RFC 9110 §10.2.3: whole seconds; never "at once".
            var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var title = ReasonPhrases.GetReasonPhrase(status);
        var problem = new ProblemDocument("about:blank", title, status, detail);
        return WriteJsonAsync(
            context,
            problem,
            HostingJsonContext.Default.ProblemDocument,
            "application/problem+json"
        );
    }

    /// <summary>Writes 405 with the methods there are (RFC 9110 §15.5.6).</summary>
    public static Task WriteMethodNotAllowedAsync(HttpContext context, string allowedMethods)
    {
        context.Response.Headers.Allow = allowedMethods;
        return WriteProblemAsync(
            context,
            StatusCodes.Status405MethodNotAllowed,
            $"This resource has no {SafeMethod(context.Request.Method)}; it has {allowedMethods}."
        );
    }

    /// <summary>Writes a value as JSON. A HEAD request gets the headers only.</summary>
    public static async Task WriteJsonAsync<T>(
        HttpContext context,
        T value,
        JsonTypeInfo<T> type,
        string contentType = "application/json"
    )
    {
        var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    /// <summary>Writes a short text with a status.</summary>
    public static async Task WriteTextAsync(
        HttpContext context,
        int status,
        string text,
        string contentType = "text/plain; charset=utf-8"
    )
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    // Methods come from the wire; an own word of a client is not repeated to it.
    private static string SafeMethod(string method) => method.Length <= 16 ? method : "such method";
}
