using Edge.Primitives;
using Edge.Protocol.Negotiation.Sessions;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation.Sessions;

/// <summary>Hands a session over to another process now and then, and keeps a log of what became of its steps.</summary>
internal sealed class SessionRelay(Prng? random)
{
    /// <summary>Most bytes of a session; far more than any of the tests needs.</summary>
    public const int BytesMax = 1 << 22;

    private const int Often = 3;
    private const int Look = 4;

    private readonly List<string> _log = [];

    /// <summary>How often a session was handed over.</summary>
    public int Count { get; private set; }

    /// <summary>Runs the same twice, with hand-overs and without, and compares all that came of it.</summary>
    public static SessionRelay Compare(ulong seed, Action<SessionRelay> run)
    {
        var still = new SessionRelay(random: null);
        run(still);
        var moved = new SessionRelay(Prng.FromNumber(~seed));
        run(moved);
        for (var index = 0; index < Math.Min(still._log.Count, moved._log.Count); index++)
        {
            Assert.Equal(still._log[index], moved._log[index]);
        }

        Assert.Equal(still._log.Count, moved._log.Count);
        return moved;
    }

    /// <summary>The session, or what another process has of it.</summary>
    public SessionNegotiator MayHandOver(SessionNegotiator session)
    {
        var isPending = session.State == NegotiationState.HaveLocalOffer;
        if (random is null || (!isPending && random.NextInt32(Often) != 0))
        {
            return session;
        }

        Count++;
        var restored = HandOver(session);
        if (random.NextInt32(Look) == 0)
        {
            Assert.Equal(DeepText.Of(session), DeepText.Of(restored));
        }

        return restored;
    }

    /// <summary>Notes what became of a step.</summary>
    public void Log(object outcome) => _log.Add(DeepText.Of(outcome));

    /// <summary>Another process's session, which writes the same bytes.</summary>
    public static SessionNegotiator HandOver(SessionNegotiator session)
    {
        var bytes = Write(session);
        var restored = Read(bytes) ?? throw new TestingException("The session was not read.");
        Assert.Equal(bytes, Write(restored));
        return restored;
    }

    /// <summary>What a session writes.</summary>
    public static byte[] Write(SessionNegotiator session)
    {
        using var writer = new StateWriter(Instant.FromMilliseconds(1), BytesMax);
        session.Write(writer);
        Assert.False(writer.IsTooLong);
        return writer.Written.ToArray();
    }

    /// <summary>What another process makes of it; null when it makes no sense to it.</summary>
    public static SessionNegotiator? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes, Instant.FromMilliseconds(2));
        var isRead = SessionNegotiator.TryRead(ref reader, out var session);
        Assert.NotEqual(isRead, reader.IsBroken);
        return session;
    }
}
