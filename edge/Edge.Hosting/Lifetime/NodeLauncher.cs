using Anycast.Takeover;
using Control.Contract.Calls;
using Edge.Forwarding.Tracks;
using Edge.Hosting.Settings;
using Edge.Node.Front;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Primitives;
using Microsoft.Extensions.Logging;

namespace Edge.Hosting.Lifetime;

/// <summary>Starts the media node in this process.</summary>
public static class NodeLauncher
{
    /// <summary>Starts it with the process's settings.</summary>
    /// <param name="process">The process.</param>
    /// <param name="media">Its media.</param>
    /// <param name="mesh">How the node reaches others; null: it does not.</param>
    /// <param name="steering">How it passes on what came for others of its PoP; null: it does not.</param>
    /// <param name="takeover">How others of its PoP keep its sessions; null: they do not.</param>
    /// <param name="loggers">Where events are logged.</param>
    public static NodeLaunch Start(
        ProcessSettings process,
        MediaSettings media,
        MeshOptions? mesh,
        SteeringOptions? steering,
        TakeoverOptions? takeover,
        ILoggerFactory loggers
    )
    {
        try
        {
            var options = ToOptions(process, media) with
            {
                Mesh = mesh,
                Steering = steering,
                Takeover = takeover,
            };
            return MediaNode.Start(options, loggers.CreateLogger<MediaNode>()) switch
            {
                MediaNodeStart.Running running => new NodeLaunch.Running(running.Node, options),
                MediaNodeStart.Misconfigured wrong => new NodeLaunch.Failed(
                    $"The media node refuses its options: {string.Join(' ', wrong.Problems)}"
                ),
                MediaNodeStart.Unbound unbound => new NodeLaunch.Failed(
                    $"{SettingName.Media}: {unbound.Protocol} {media.Address} cannot be bound: {unbound.Error}."
                ),
                MediaNodeStart.FrontUnbound unbound => new NodeLaunch.Failed(
                    $"{SettingName.Front}: {unbound.Address} cannot be bound: {unbound.Error}."
                ),
                MediaNodeStart.HopUnbound unbound => new NodeLaunch.Failed(
                    $"{SettingName.Lan}: {steering!.Hop} cannot be bound (UDP): {unbound.Error}."
                ),
                var other => throw new InvalidOperationException($"A start ended as {other}."),
            };
        }
        catch (Exception exception) when (FindMissingLibrary(exception) is { } missing)
        {
            return new NodeLaunch.Failed(
                $"OpenSSL 3 is needed (Debian and Ubuntu: libssl3): {missing.Message}"
            );
        }
    }

    /// <summary>The node's options that follow from the settings.</summary>
    public static MediaNodeOptions ToOptions(ProcessSettings process, MediaSettings media)
    {
        var options = new MediaNodeOptions
        {
            Media = NetworkAddress.From(media.Address),
            MediaTcp = media.Tcp is { } tcp ? NetworkAddress.From(tcp) : default,
            Front = ToFront(media.Front),
            Advertised = [.. media.Advertise.Select(NetworkAddress.From)],
            Pop = process.Pop,
            Node = process.Node,
            Shards = media.Shards,
            Track = new TrackOptions { PictureWait = media.PictureWait },
            Calls = media.Times,
            EventWriter = CallsEventJson.Write,
        };
        if (process.PopKeys.IsEmpty)
        {
            return options;
        }

        options = options with
        {
            PopSecret = process.PopKeys[0].Bytes,
            PopKeyId = process.PopKeys[0].Id,
        };
        return process.PopKeys.Length < 2
            ? options
            : options with
            {
                FormerPopSecret = process.PopKeys[1].Bytes,
                FormerPopKeyId = process.PopKeys[1].Id,
            };
    }

    private static FrontOptions? ToFront(FrontSettings? front) =>
        front is null
            ? null
            : new FrontOptions
            {
                Addresses = [.. front.Addresses.Select(NetworkAddress.From)],
                Advertised = [.. front.Advertise.Select(NetworkAddress.From)],
                ControlSocket = front.Socket,
            };

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
