using System.Collections.Immutable;
using System.Net;

namespace Edge.Bus.Nats;

/// <summary>How a bus uses NATS.</summary>
public sealed record NatsBusOptions
{
    private const int BytesMin = 2 * 1024 * 1024;
    private const int BytesMax = 1024 * 1024 * 1024;
    private const string PlainScheme = "nats";
    private const string TlsScheme = "tls";
    private const int PortDefault = 4222;

    /// <summary>The servers, separated by commas: nats://host:port or tls://host:port; the port may be left out
    /// for 4222. One is used at a time, the next when it fails. User names and passwords have no place here.</summary>
    public required string Urls { get; init; }

    /// <summary>A file with a user's JWT and seed (.creds), or with an nkey's seed. It is read for each
    /// connection, so it may be exchanged. Default: none, which only loopback allows.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>Whether all servers must speak TLS, as those of tls:// always must. Default false, which only
    /// loopback allows.</summary>
    public bool RequireTls { get; init; }

    /// <summary>A file with the certificates (PEM) that servers' certificates must descend from; it requires TLS
    /// as well. Default: those that the machine trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>The connection's name in the server's lists, and the beginning of its threads' names (ten
    /// characters show). Default "edge".</summary>
    public string Name { get; init; } = "edge";

    /// <summary>Before the subjects of answers. Default "_INBOX". Where each app has a user, give each its own,
    /// so that none may hear another's answers.</summary>
    public string InboxPrefix { get; init; } = PendingRequests.InboxPrefixDefault;

    /// <summary>Bytes that may wait to be sent; beyond it messages are refused. Default 8 MiB, range 2 MiB to
    /// 1 GiB. Chosen: half a second of 125 Mbit/s.</summary>
    public int OutgoingBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes that may wait for handlers; the oldest beyond it are lost. Default 16 MiB, range 2 MiB to
    /// 1 GiB. Chosen: half a second of 250 Mbit/s.</summary>
    public int IncomingBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a message may wait to be sent, or for a handler, before it is lost. Default: for ever.
    /// Range 10 ms to an hour. Media is worthless after half a second.</summary>
    public TimeSpan? AgeMax { get; init; }

    /// <summary>How long a bus that is disposed goes on sending what waits. Default 1 s, range 0 to 1 min. Chosen: a server
    /// that does not read holds up the end no longer.</summary>
    public TimeSpan FinishWithin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Every problem of these options, one sentence each; empty when they are good.</summary>
    public ImmutableArray<string> Validate()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var urls = ReadUrls(problems);
        foreach (var url in urls.Where(url => !IsLoopback(url)))
        {
            if (!UsesTls(url))
            {
                problems.Add($"{url.Host} is not loopback: require TLS, or write tls://.");
            }

            if (CredentialsFile is null)
            {
                problems.Add($"{url.Host} is not loopback: give a credentials file.");
            }
        }

        CheckFile(problems, nameof(CredentialsFile), CredentialsFile);
        CheckFile(problems, nameof(CaFile), CaFile);
        CheckBytes(problems, nameof(OutgoingBytesMax), OutgoingBytesMax);
        CheckBytes(problems, nameof(IncomingBytesMax), IncomingBytesMax);
        if (!BusSubject.IsSubject(InboxPrefix))
        {
            problems.Add($"{nameof(InboxPrefix)} must be a subject.");
        }

        if (AgeMax is { TotalMilliseconds: < 10 } or { TotalHours: > 1 })
        {
            problems.Add($"{nameof(AgeMax)} is 10 ms to an hour.");
        }

        if (FinishWithin < TimeSpan.Zero || FinishWithin > TimeSpan.FromMinutes(1))
        {
            problems.Add($"{nameof(FinishWithin)} is 0 to one minute.");
        }

        return problems.ToImmutable();
    }

    /// <summary>The servers. Those that cannot be read are left out.</summary>
    internal ImmutableArray<Uri> ReadUrls() => ReadUrls(ImmutableArray.CreateBuilder<string>());

    /// <summary>Whether a server must speak TLS.</summary>
    internal bool UsesTls(Uri url) =>
        RequireTls
        || CaFile is not null
        || string.Equals(url.Scheme, TlsScheme, StringComparison.Ordinal);

    private static bool IsLoopback(Uri url) =>
        string.Equals(url.IdnHost, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private static void CheckFile(
        ImmutableArray<string>.Builder problems,
        string name,
        string? path
    )
    {
        if (path is not null && !File.Exists(path))
        {
            problems.Add($"{name} names {path}, which is not a file.");
        }
    }

    private static void CheckBytes(ImmutableArray<string>.Builder problems, string name, int bytes)
    {
        if (bytes is < BytesMin or > BytesMax)
        {
            problems.Add($"{name} is {BytesMin} to {BytesMax}.");
        }
    }

    private static string? WhyUnusable(Uri url) =>
        url switch
        {
            { Scheme: not (PlainScheme or TlsScheme) } => "the scheme is nats or tls",
            { UserInfo.Length: > 0 } => "users and passwords belong into the credentials file",
            { Host: "" } => "the host is missing",
            { PathAndQuery: not ("" or "/") } => "it ends with the port",
            _ => null,
        };

    private ImmutableArray<Uri> ReadUrls(ImmutableArray<string>.Builder problems)
    {
        var urls = ImmutableArray.CreateBuilder<Uri>();
        var texts = Urls.Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        for (var index = 0; index < texts.Length; index++)
        {
            var text = texts[index].Contains("://", StringComparison.Ordinal)
                ? texts[index]
                : $"{PlainScheme}://{texts[index]}";
            // What was written is not repeated: it may hold a password.
            var place = $"Entry {index + 1} of {nameof(Urls)}";
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            {
                problems.Add($"{place} is not a URL.");
            }
            else if (WhyUnusable(url) is { } why)
            {
                problems.Add($"{place} cannot be used: {why}.");
            }
            else
            {
                urls.Add(url.Port < 0 ? new UriBuilder(url) { Port = PortDefault }.Uri : url);
            }
        }

        if (texts.Length == 0)
        {
            problems.Add($"{nameof(Urls)} names no server.");
        }

        return urls.ToImmutable();
    }
}
