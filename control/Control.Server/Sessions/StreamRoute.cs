using Control.Contract;

namespace Control.Server.Sessions;

/// <summary>The parts of a WHIP or WHEP path.</summary>
/// <param name="Prefix">"/v1/apps" or "/apps", as the client wrote it.</param>
/// <param name="AppId">The app.</param>
/// <param name="Name">The stream's name.</param>
/// <param name="SessionId">The session; null on the endpoint.</param>
internal sealed record StreamRoute(string Prefix, string AppId, string Name, string? SessionId)
{
    /// <summary>Paths under which the API is served.</summary>
    public static readonly string[] Prefixes = ["/v1/apps", "/apps"];

    /// <summary>Chosen: long enough for any id a person types, short enough for a bus subject.</summary>
    public const int NameLengthMax = 128;
    private const int AppIdLengthMax = 64;
    private const int SessionIdLengthMax = 256;

    /// <summary>The stream.</summary>
    public StreamKey Stream => new(AppId, Name);

    /// <summary>The session.</summary>
    public SessionKey Session => new(AppId, SessionId ?? "");

    /// <summary>Whether the app and the session could exist at all.</summary>
    public bool IsPlausible =>
        AppId.Length <= AppIdLengthMax && (SessionId?.Length ?? 0) <= SessionIdLengthMax;

    /// <summary>Whether the name is one: unreserved characters of RFC 3986 §2.3, so that it needs no
    /// escape in any URL. `.` and `..` are no names, since URLs resolve them away.</summary>
    public bool HasValidName
    {
        get
        {
            foreach (var character in Name)
            {
                if (
                    !char.IsAsciiLetterOrDigit(character)
                    && character is not ('-' or '.' or '_' or '~')
                )
                {
                    return false;
                }
            }

            return Name.Length is >= 1 and <= NameLengthMax && Name is not ("." or "..");
        }
    }

    /// <summary>Reads the route values of a request.</summary>
    public static StreamRoute Read(HttpContext context, string prefix)
    {
        var values = context.Request.RouteValues;
        return new StreamRoute(
            prefix,
            values["appId"] as string ?? "",
            values["name"] as string ?? "",
            values["sessionId"] as string
        );
    }
}
