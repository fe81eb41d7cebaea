using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Control.Contract.Calls;
using Control.Server.Settings;
using Edge.Hosting.Settings;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Control.Server.Lifetime;

/// <summary>Starts the media node in this process: standalone.</summary>
internal static class NodeComposition
{
    /// <summary>Starts it with the process's settings.</summary>
    public static NodeStart Start(ControlSettings settings, ILoggerFactory loggers)
    {
        try
        {
            return MediaNode.Start(ToOptions(settings), loggers.CreateLogger<MediaNode>()) switch
            {
                MediaNodeStart.Running running => ToRunning(running.Node),
                MediaNodeStart.Misconfigured wrong => new NodeStart.Failed(
                    $"The media node refuses its options: {string.Join(' ', wrong.Problems)}"
                ),
                MediaNodeStart.Unbound unbound => new NodeStart.Failed(
                    $"{SettingName.Media}: {settings.Media} cannot be bound: {unbound.Error}."
                ),
                var other => throw new InvalidOperationException($"A start ended as {other}."),
            };
        }
        catch (Exception exception) when (FindMissingLibrary(exception) is { } missing)
        {
            return new NodeStart.Failed(
                $"OpenSSL 3 is needed (Debian and Ubuntu: libssl3): {missing.Message}"
            );
        }
    }

    private static NodeStart.Running ToRunning(MediaNode node)
    {
        ImmutableArray<IPEndPoint> media =
        [
            .. node.Candidates.Select(address => address.ToEndPoint()),
        ];
        return new NodeStart.Running(node, media, node.DisposeAsync);
    }

    /// <summary>The node's options that follow from the settings.</summary>
    internal static MediaNodeOptions ToOptions(ControlSettings settings)
    {
        var options = new MediaNodeOptions
        {
            Media = NetworkAddress.From(settings.Media),
            Advertised = [.. settings.Advertise.Select(NetworkAddress.From)],
            Pop = settings.Pop,
            Node = settings.Node,
            Shards = settings.Shards,
            Calls = settings.Limits.Times,
            EventWriter = CallsEventJson.Write,
        };
        return settings.PopKeys.IsEmpty
            ? options
            : options with
            {
                PopSecret = settings.PopKeys[0],
                PopKeyId = ToKeyId(settings.PopKeys[0]),
            };
    }

    // Follows from the key, so that every node of the PoP gives it the same number.
    private static byte ToKeyId(ImmutableArray<byte> key) => SHA256.HashData(key.AsSpan())[0];

    private static DllNotFoundException? FindMissingLibrary(Exception exception)
    {
        for (var each = exception; each is not null; each = each.InnerException)
        {
            if (each is DllNotFoundException missing)
            {
                return missing;
            }
        }

        return null;
    }
}
