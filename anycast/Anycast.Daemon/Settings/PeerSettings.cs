using System.Collections.Immutable;
using System.Net;
using Anycast.Health.Peers;
using Edge.Hosting.Settings;

namespace Anycast.Daemon.Settings;

/// <summary>How anycastd hears of the other nodes of its PoP, and tells them of its own.</summary>
/// <param name="Listen">Where it hears them (EDGE_ANYCAST_LISTEN).</param>
/// <param name="Others">The others (EDGE_ANYCAST_PEERS), without this node.</param>
/// <param name="Keys">Keys of the PoP, the one to sign with first.</param>
internal sealed record PeerSettings(
    IPEndPoint Listen,
    ImmutableArray<PeerAddress> Others,
    ImmutableArray<PopSecret> Keys
)
{
    /// <summary>Reads and checks them; null when there are no others.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="node">This node, which the list may name too, so that one list serves all.</param>
    public static PeerSettings? Read(SettingFields fields, string node)
    {
        if (fields.Find(SettingName.AnycastPeers) is not { } text)
        {
            if (fields.Has(SettingName.AnycastListen))
            {
                fields.Warn(
                    $"{SettingName.AnycastListen} hears nobody without {SettingName.AnycastPeers}."
                );
            }

            return null;
        }

        var all = SettingText.ToList(text, ToPeer);
        if (all is not { Length: <= PeerTable.PeersMax } peers || !AreDistinct(peers))
        {
            fields.Refuse(
                SettingName.AnycastPeers,
                $"1 to {PeerTable.PeersMax} of name=address:port are expected, comma-separated, each name once, as in n2=10.0.0.2:7200."
            );
            return null;
        }

        var own = peers.FirstOrDefault(peer => IsNamed(peer, node))?.Address;
        var listen = fields.ReadEndPoint(SettingName.AnycastListen, own ?? new(IPAddress.Any, 0));
        if (own is null && !fields.Has(SettingName.AnycastListen))
        {
            fields.Refuse(
                SettingName.AnycastListen,
                $"must be set, or '{node}' be in {SettingName.AnycastPeers}: the others send there."
            );
        }

        var others = peers.RemoveAll(peer => IsNamed(peer, node));
        if (others.Any(peer => peer.Address.AddressFamily != listen.AddressFamily))
        {
            fields.Refuse(
                SettingName.AnycastPeers,
                $"are all IPv4 or all IPv6, as {SettingName.AnycastListen} is ({listen})."
            );
        }

        return new PeerSettings(listen, others, ReadKeys(fields));
    }

    private static ImmutableArray<PopSecret> ReadKeys(SettingFields fields)
    {
        if (fields.Find(SettingName.PopKeyFile) is { } path)
        {
            return PopKeyFile.Read(path, fields.Problems);
        }

        fields.Refuse(
            SettingName.PopKeyFile,
            "must be set: a node goes because another says that it stays, so it has to know who says so."
        );
        return [];
    }

    private static PeerAddress? ToPeer(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return
            equals > 0
            && SettingText.IsName(text[..equals], HeartbeatCodec.NodeBytesMax)
            && SettingText.ToEndPoint(text[(equals + 1)..]) is { Port: > 0 } address
            ? new PeerAddress(text[..equals], address)
            : null;
    }

    private static bool AreDistinct(ImmutableArray<PeerAddress> peers) =>
        peers.DistinctBy(peer => peer.Node, StringComparer.Ordinal).Count() == peers.Length;

    private static bool IsNamed(PeerAddress peer, string node) =>
        string.Equals(peer.Node, node, StringComparison.Ordinal);
}
