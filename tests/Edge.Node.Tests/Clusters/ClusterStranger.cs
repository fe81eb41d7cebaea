using Anycast.Steering;
using Edge.Node.Shards;
using Edge.Primitives;
using Edge.Testing.Network;

namespace Edge.Node.Tests.Clusters;

/// <summary>Somebody who has no session: sees all that goes by, and sends what may do harm.</summary>
internal sealed class ClusterStranger
{
    private const int SeenMax = 256;
    private const int JunkBytesMax = 200;

    /// <summary>Of the attribute (RFC 8489 §14.7).</summary>
    private const int FingerprintBytes = 8;

    private readonly ClusterWorld _world;
    private readonly Prng _random;
    private readonly List<VirtualDatagram> _seen = [];
    private readonly PopKey _forgedKey;
    private int _next;

    public ClusterStranger(ClusterWorld world)
    {
        _world = world;
        _random = world.Random.Fork();
        _forgedKey = PopKey.Create(world.Pops[0].Number, id: 1, "what a forger would draw"u8);
        world.Simulation.Tap = (datagram, _) => See(datagram);
    }

    /// <summary>Whether it repeats checks as they are from other addresses. That STUN cannot tell from a client whose address
    /// has changed.</summary>
    public bool RepeatsChecks { get; set; }

    /// <summary>Repeats a check of a client as it is, from the address of another one.</summary>
    public void RepeatFromOther()
    {
        var victim = _world.Any(_world.Clients).Address;
        if (
            TryFind(isForAnycast: true, out var seen)
            && Shard.TryReadFragment(seen.Bytes, out _)
            && seen.From != victim
        )
        {
            _world.Rules.NoteRepeated(victim);
            Send(victim, seen.Bytes);
        }
    }

    /// <summary>Does something.</summary>
    public void Act()
    {
        switch (_random.NextInt32(6))
        {
            case 0:
                Send(StrangeAddress(), Junk());
                break;
            case 1 when TryFind(isForAnycast: true, out var seen):
                // With a code that nobody made, or a check that nobody protected.
                SendForged(seen);
                break;
            case 2 or 3 when TryFind(isForAnycast: true, out var seen):
                Repeat(seen);
                break;
            case 4:
                SendHop(_forgedKey);
                break;
            case 5:
                // Somebody who has the key.
                SendHop(_world.Any(_world.Pops).Key);
                break;
            default:
                Send(StrangeAddress(), Junk());
                break;
        }
    }

    private void Repeat(in VirtualDatagram seen)
    {
        var from = AnyAddress(seen);
        if (TryTake(seen.Bytes, from))
        {
            Send(from, seen.Bytes);
        }
    }

    /// <summary>Whether a packet is sent as it is from an address.</summary>
    private bool TryTake(byte[] bytes, in NetworkAddress from)
    {
        if (!Shard.TryReadFragment(bytes, out _))
        {
            return true;
        }

        if (RepeatsChecks)
        {
            _world.Rules.NoteRepeated(from);
        }

        return RepeatsChecks;
    }

    private void See(in VirtualDatagram datagram)
    {
        if (_seen.Count < SeenMax)
        {
            _seen.Add(datagram with { Bytes = [.. datagram.Bytes] });
            return;
        }

        _seen[_next++ % SeenMax] = datagram with { Bytes = [.. datagram.Bytes] };
    }

    private bool TryFind(bool isForAnycast, out VirtualDatagram found)
    {
        for (var time = 0; time < 8 && _seen.Count > 0; time++)
        {
            found = _seen[_random.NextInt32(_seen.Count)];
            // Checks are few among packets of media.
            var isWanted =
                time > 3 || found.Bytes.Length == 0 || Shard.TryReadFragment(found.Bytes, out _);
            if (found.To == ClusterWorld.Anycast == isForAnycast && isWanted)
            {
                return true;
            }
        }

        found = default;
        return false;
    }

    private void SendForged(in VirtualDatagram seen)
    {
        if (seen.Bytes.Length > FingerprintBytes)
        {
            Send(AnyAddress(seen), Forge(seen.Bytes));
        }
    }

    private byte[] Forge(byte[] real)
    {
        byte[] forged = [.. real];
        if (Shard.TryReadFragment(real, out var fragment) && _random.NextInt32(2) == 0)
        {
            var code = OwnerCode.CreateFragment(
                _random.NextInt32(2) == 0 ? _forgedKey : _world.Any(_world.Pops).Key,
                _world.Any(_world.Nodes).Number,
                _random
            );
            var at = real.AsSpan().IndexOf(fragment);
            System.Text.Encoding.ASCII.GetBytes(code).CopyTo(forged, at);
            return forged;
        }

        // Behind its integrity a check has a checksum, without which it is as good.
        var covered = forged.Length - FingerprintBytes;
        forged[_random.NextInt32(covered)] ^= (byte)(1 + _random.NextInt32(255));
        return forged;
    }

    private void SendHop(PopKey key)
    {
        var nodes = _world.Nodes;
        if (nodes.Count == 0)
        {
            return;
        }

        var client = StrangeAddress();
        var payload =
            _random.NextInt32(3) > 0
            && TryFind(isForAnycast: true, out var seen)
            && TryTake(seen.Bytes, client)
                ? seen.Bytes
                : Junk();
        var bytes = new byte[HopDatagram.HeaderBytes + payload.Length];
        var length = HopDatagram.Write(
            bytes,
            new HopHeader(
                _world.Any(nodes).Number,
                Shard: 0,
                client,
                Local: default,
                IsOnward: _random.NextInt32(2) == 0
            ),
            payload,
            key
        );
        if (_random.NextInt32(4) == 0)
        {
            bytes[_random.NextInt32(length)] ^= 1;
        }

        _world.Simulation.Network.Inject(
            StrangeAddress(),
            _world.Any(nodes).Hop,
            bytes,
            _world.Now
        );
    }

    private void Send(in NetworkAddress source, byte[] bytes) =>
        _world.Simulation.Network.Inject(source, ClusterWorld.Anycast, bytes, _world.Now);

    private byte[] Junk()
    {
        var bytes = new byte[1 + _random.NextInt32(JunkBytesMax)];
        _random.Fill(bytes);
        return bytes;
    }

    private NetworkAddress AnyAddress(in VirtualDatagram seen) =>
        _random.NextInt32(3) switch
        {
            0 => seen.From,
            _ => StrangeAddress(),
        };

    /// <summary>Of somebody who has to do with nothing of all that (RFC 5737 TEST-NET-1).</summary>
    private NetworkAddress StrangeAddress() =>
        NetworkAddress.FromIPv4(
            0xC000_0200 + (uint)_random.NextInt32(256),
            (ushort)(1024 + _random.NextInt32(60_000))
        );
}
