using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;

namespace Edge.Node.Sessions;

/// <summary>Chooses which addresses of another server are checked (RFC 8445 §6.1.2): the node sends to what
/// a description names, so that a description must not aim it at anybody.</summary>
/// <remarks>
/// Bounded: <see cref="CountMax"/> addresses a session, the best; the rest is left out. What is sent to
/// each are STUN checks alone, paced, until one is answered with the password or the time is over: 18 at
/// most within the 30 s that ICE takes, of 120 bytes as a rule and 400 with the longest credentials, in
/// which only letters, digits, + and / may stand.
/// </remarks>
/// <param name="media">The address of the node's socket.</param>
/// <param name="own">The addresses that clients are told.</param>
internal sealed class CheckTargets(NetworkAddress media, ImmutableArray<NetworkAddress> own)
{
    /// <summary>Most addresses of one session. Chosen: a server with two families has two or four; the
    /// first ones that pass are answered within the first half second of pacing.</summary>
    public const int CountMax = 8;

    private const uint LoopbackNet = 127;
    private const uint MulticastAndAbove = 224;
    private const uint LinkLocalPrefix = 0xA9FE;
    private const int AddressBytes = 16;

    private readonly bool _isLoopback = own.Any(IsLoopback);
    private readonly bool _isIPv6Wildcard =
        !media.IsIPv4 && media.WithPort(0) == NetworkAddress.FromIPv6(new byte[AddressBytes], 0);

    /// <summary>Chooses among the addresses that a description names, the best first.</summary>
    /// <param name="remote">The other server's transport.</param>
    /// <returns>The addresses; with the sentence of a refusal when no connection can come of them.</returns>
    public Choice Choose(RemoteTransport remote)
    {
        var credentials = new IceCredentials(remote.UsernameFragment, remote.Password);
        if (!credentials.IsWellFormed)
        {
            // Checks carry the fragment to whoever is named.
            return new([], "The description's ICE credentials are not those of RFC 8839 §5.4.");
        }

        var chosen = ImmutableArray.CreateBuilder<NetworkAddress>();
        string? refusal = null;
        foreach (var address in remote.Candidates)
        {
            var problem = ProblemOf(address);
            refusal ??= problem;
            if (problem is null && chosen.Count < CountMax)
            {
                chosen.Add(address);
            }
        }

        if (remote.Candidates.IsEmpty && remote.IsIceLite)
        {
            // A full agent may come from where it likes; a lite one waits to be found.
            refusal =
                "The description says a=ice-lite and names no UDP candidate with an IP address, so that there is nothing to check.";
        }

        return new(chosen.ToImmutable(), chosen.Count == 0 ? refusal : null);
    }

    private string? ProblemOf(in NetworkAddress address)
    {
        if (address.IsIPv4 != media.IsIPv4 && !_isIPv6Wildcard)
        {
            return "The description names candidates of an address family that this node's media port does not have.";
        }

        if (own.Contains(address))
        {
            return "The description names this node itself; a session with another server takes another server.";
        }

        return address.Port == 0 || !IsHost(address) || (IsLoopback(address) && !_isLoopback)
            ? "The description names candidates that are no address of another server: unspecified, loopback, link-local, multicast or broadcast."
            : null;
    }

    private static bool IsLoopback(NetworkAddress address)
    {
        if (address.IsIPv4)
        {
            return address.IPv4 >> 24 == LoopbackNet;
        }

        Span<byte> loopback = stackalloc byte[AddressBytes];
        loopback.Clear();
        loopback[^1] = 1;
        return address.WithPort(0) == NetworkAddress.FromIPv6(loopback, 0);
    }

    /// <summary>Whether an address may be one host's. Link-local ones are left out because machines of cloud
    /// providers have their metadata there.</summary>
    private static bool IsHost(in NetworkAddress address)
    {
        if (address.IsIPv4)
        {
            return address.IPv4 >> 24 is > 0 and < MulticastAndAbove
                && address.IPv4 >> 16 != LinkLocalPrefix;
        }

        Span<byte> bytes = stackalloc byte[AddressBytes];
        address.WriteIPv6(bytes);
        var isLinkLocal = bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
        return bytes[0] != 0xFF && !isLinkLocal && bytes.IndexOfAnyExcept((byte)0) >= 0;
    }

    /// <summary>What is checked.</summary>
    /// <param name="Addresses">The addresses, the best first; empty when the other server has to come to us.</param>
    /// <param name="Refusal">Why no connection can come of the description; null when one can.</param>
    internal readonly record struct Choice(
        ImmutableArray<NetworkAddress> Addresses,
        string? Refusal
    );
}
