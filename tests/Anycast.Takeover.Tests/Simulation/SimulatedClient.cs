using Anycast.Takeover.Indices;
using Edge.Primitives;

namespace Anycast.Takeover.Tests.Simulation;

/// <summary>Who watches a session: receivers, and how long nothing came.</summary>
internal sealed class SimulatedClient
{
    /// <summary>Makes one with so many streams.</summary>
    public SimulatedClient(SessionKey session, int streams, int reach, Prng random)
    {
        Session = session;
        Receivers = new Receiver[streams];
        Streams = new StreamId[streams + 2];
        First = new long[streams + 2];
        for (var stream = 0; stream < streams; stream++)
        {
            Receivers[stream] = new Receiver(reach);
            Streams[stream] = new StreamId(StreamKind.Srtp, 1, (uint)(1000 + stream));
            First[stream] = random.NextInt32(reach);
        }

        Streams[streams] = new StreamId(StreamKind.Srtcp, 1, 1000);
        Streams[streams + 1] = new StreamId(StreamKind.Dtls, 1, 0);
    }

    public SessionKey Session { get; }

    public Receiver[] Receivers { get; }

    /// <summary>Those that are received, RTCP and DTLS.</summary>
    public StreamId[] Streams { get; }

    /// <summary>Where each stream begins.</summary>
    public long[] First { get; }

    /// <summary>Until when neither media nor reports get through.</summary>
    public Instant AwayUntil { get; set; }

    /// <summary>When media came last.</summary>
    public Instant LastAt { get; private set; }

    /// <summary>The longest time without any.</summary>
    public TimeSpan GapMax { get; private set; }

    /// <summary>Whether an owner ended the session.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Which write of the session is the newest.</summary>
    public int Version { get; set; }

    /// <summary>Media came.</summary>
    public void Note(Instant now)
    {
        if (LastAt != Instant.Zero && now - LastAt > GapMax)
        {
            GapMax = now - LastAt;
        }

        LastAt = now;
    }

    /// <summary>Measures from now on.</summary>
    public void ForgetGaps() => GapMax = TimeSpan.Zero;
}
