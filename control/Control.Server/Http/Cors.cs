namespace Control.Server.Http;

/// <summary>Lets pages of every origin use the API: bearers are sent by scripts on purpose, there are
/// no cookies, so an origin says nothing about a caller.</summary>
internal static class Cors
{
    // Apps add headers of their own to calls (partytracks' `headers`), and no cookie ever counts. The star
    // stands for all but Authorization.
    private const string AllowedHeaders =
        "Authorization, Content-Type, If-Match, ETag, Idempotency-Key, *";
    private const string ExposedHeaders =
        "Location, Link, ETag, Retry-After, Accept-Post, Accept-Patch, Allow, WWW-Authenticate, Access-Control-Allow-Methods, Idempotency-Replayed";

    // Chosen: Chromium keeps a preflight for two hours at most.
    private const string MaxAgeSeconds = "7200";

    /// <summary>Adds what every answer of the API needs.</summary>
    public static void AddHeaders(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = ExposedHeaders;
    }

    /// <summary>Adds what the answer to OPTIONS needs, preflight or not: Eyevinn's WHIP client
    /// (1.1.7) reads the methods from script to decide on trickle.</summary>
    public static void AddPreflightHeaders(HttpResponse response, string methods)
    {
        response.Headers.AccessControlAllowMethods = methods;
        response.Headers.AccessControlAllowHeaders = AllowedHeaders;
        response.Headers.AccessControlMaxAge = MaxAgeSeconds;
    }
}
