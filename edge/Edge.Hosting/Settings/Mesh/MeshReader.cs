using System.Collections.Immutable;
using System.Net;
using Anycast.Steering;

namespace Edge.Hosting.Settings.Mesh;

/// <summary>Reads EDGE_LAN, EDGE_PEERS, EDGE_CONSUL, EDGE_NATS and EDGE_NATS_CREDS.</summary>
internal static class MeshReader
{
    // Chosen: more processes than one place has; each of them has a connection to each other.
    private const int PeersMax = 128;

    // Chosen: a cluster of three, twice.
    private const int NatsUrlsMax = 6;

    private static readonly IPEndPoint LanDefault = new(IPAddress.Loopback, 7100);

    /// <summary>Reads and checks them; what is wrong is added to the fields' problems.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="node">This process's name.</param>
    public static MeshSettings Read(SettingFields fields, string node)
    {
        var all = ReadPeers(fields);
        CheckNames(fields, all, node);
        var nats = ReadNats(fields);
        return new MeshSettings
        {
            Lan = ReadLan(fields, all, node),
            Peers = [.. all.Where(peer => !IsNamed(peer, node))],
            Consul = ConsulReader.Read(fields),
            Nats = nats,
            NatsCredentialsPath = ReadCredentials(fields, nats),
        };
    }

    private static ImmutableArray<MeshPeer> ReadPeers(SettingFields fields)
    {
        if (fields.Find(SettingName.Peers) is not { } text)
        {
            if (!fields.Has(SettingName.Consul))
            {
                fields.Refuse(
                    SettingName.Peers,
                    $"must name the other processes of the PoP, as in n1=10.0.0.1:7100,c1=10.0.0.9:7100, or {SettingName.Consul} an agent that knows them."
                );
            }

            return [];
        }

        var peers = ImmutableArray.CreateBuilder<MeshPeer>();
        foreach (var part in text.Split(','))
        {
            if (ToPeer(part.Trim()) is { } peer)
            {
                peers.Add(peer);
            }
            else
            {
                fields.Refuse(
                    SettingName.Peers,
                    $"'{part.Trim()}' is not name=address:port, as in n2=10.0.0.2:7100."
                );
            }
        }

        if (peers.Count > PeersMax)
        {
            fields.Refuse(SettingName.Peers, $"more than {PeersMax} processes are too many.");
        }

        return peers.ToImmutable();
    }

    private static MeshPeer? ToPeer(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return
            equals > 0
            && SettingFields.IsName(text[..equals])
            && SettingText.ToEndPoint(text[(equals + 1)..]) is { Port: > 0 } address
            && !IsAny(address.Address)
            ? new MeshPeer(text[..equals], address)
            : null;
    }

    /// <summary>Owner codes carry 16 bits of a name's hash: two names that share them would be one owner.</summary>
    private static void CheckNames(SettingFields fields, ImmutableArray<MeshPeer> all, string node)
    {
        var numbers = new Dictionary<ushort, string> { [OwnerCode.NumberOf(node)] = node };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var addresses = new HashSet<IPEndPoint>();
        foreach (var peer in all)
        {
            if (!seen.Add(peer.Name))
            {
                fields.Refuse(SettingName.Peers, $"'{peer.Name}' is there twice.");
            }
            else if (!addresses.Add(peer.Lan))
            {
                fields.Refuse(SettingName.Peers, $"{peer.Lan} is there twice.");
            }

            var number = OwnerCode.NumberOf(peer.Name);
            if (!numbers.TryAdd(number, peer.Name) && !IsNamed(peer, numbers[number]))
            {
                fields.Refuse(
                    SettingName.Peers,
                    $"'{peer.Name}' and '{numbers[number]}' have one number ({number}); call one of them otherwise."
                );
            }
        }

        if (!all.IsEmpty && !fields.Has(SettingName.Consul) && all.All(peer => IsNamed(peer, node)))
        {
            fields.Refuse(SettingName.Peers, $"names no process but this one ('{node}').");
        }
    }

    /// <summary>Without EDGE_LAN the list says where this process is, so that one file serves all of them.</summary>
    private static IPEndPoint ReadLan(
        SettingFields fields,
        ImmutableArray<MeshPeer> all,
        string node
    )
    {
        var own = all.FirstOrDefault(peer => IsNamed(peer, node))?.Lan;
        var lan = fields.ReadEndPoint(SettingName.Lan, own ?? LanDefault);
        if (own is not null && !IsReachedAs(lan, own))
        {
            fields.Refuse(
                SettingName.Peers,
                $"'{node}' is this process, but {SettingName.Lan} is {lan} and not {own}."
            );
        }

        return lan;
    }

    private static bool IsReachedAs(IPEndPoint lan, IPEndPoint address) =>
        lan.Port == address.Port && (IsAny(lan.Address) || lan.Address.Equals(address.Address));

    private static ImmutableArray<Uri> ReadNats(SettingFields fields)
    {
        if (fields.Find(SettingName.Nats) is not { } text)
        {
            return [];
        }

        if (SettingText.ToList(text, ToNatsUrl) is not { } urls || urls.Length > NatsUrlsMax)
        {
            // The text is not repeated: who puts a password into it should not find it in a log.
            fields.Refuse(
                SettingName.Nats,
                $"one to {NatsUrlsMax} URLs are expected, comma-separated, as in nats://127.0.0.1:4222 or tls://nats.example:4222; a user or token goes into {SettingName.NatsCredentials}."
            );
            return [];
        }

        foreach (var url in urls)
        {
            if (!IsOnLoopback(url) && !IsTls(url))
            {
                fields.Refuse(
                    SettingName.Nats,
                    $"{url.Host} is not on loopback, so it has to be reached by TLS: tls://{url.Authority}."
                );
            }
        }

        return urls;
    }

    private static Uri? ToNatsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "nats" or "tls"
        && url.Host.Length > 0
        && url.UserInfo.Length == 0
        && url.PathAndQuery is "" or "/"
        && url.Fragment.Length == 0
            ? url
            : null;

    private static string? ReadCredentials(SettingFields fields, ImmutableArray<Uri> nats)
    {
        var path = fields.Find(SettingName.NatsCredentials);
        if (path is not null)
        {
            fields.CheckReadable(SettingName.NatsCredentials, path);
            if (!fields.Has(SettingName.Nats))
            {
                fields.Refuse(
                    SettingName.NatsCredentials,
                    $"there is nothing to use it for without {SettingName.Nats}."
                );
            }
        }
        else if (nats.Any(url => !IsOnLoopback(url)))
        {
            fields.Refuse(
                SettingName.NatsCredentials,
                "must be set: a bus off loopback takes nobody without credentials."
            );
        }

        return path;
    }

    private static bool IsOnLoopback(Uri url) =>
        IPAddress.TryParse(url.DnsSafeHost, out var address)
            ? IPAddress.IsLoopback(address)
            : string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase);

    private static bool IsTls(Uri url) =>
        string.Equals(url.Scheme, "tls", StringComparison.Ordinal);

    private static bool IsNamed(MeshPeer peer, string name) =>
        string.Equals(peer.Name, name, StringComparison.Ordinal);

    private static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
