using Edge.Primitives;
using Edge.Testing.Clients;
using Edge.Testing.Clients.Watching;

namespace Edge.Load;

/// <summary>A viewer and how long its join took.</summary>
internal sealed class Viewer(Instant startedAt)
{
    public SocketClient? Client { get; set; }

    public Instant PostEndedAt { get; set; }

    /// <summary>What came, by the headers of its packets.</summary>
    public IReadOnlyList<WatchedStream> Streams => Client!.Client.Feedback!.Streams;

    /// <summary>Until the server had confirmed everything.</summary>
    public TimeSpan Post => PostEndedAt - startedAt;

    /// <summary>From the beginning of the POST to the first media packet.</summary>
    public TimeSpan FirstPacket => FirstPacketAt - startedAt;

    /// <summary>To the first key frame of which every packet came.</summary>
    public TimeSpan FirstKeyFrame => FirstKeyFrameAt - startedAt;

    public Instant FirstPacketAt => Earliest(track => track.FirstAt);

    public Instant FirstKeyFrameAt => Earliest(track => track.FirstKeyFrameAt);

    private Instant Earliest(Func<PlayedTrack, Instant> moment)
    {
        // FirstKeyFrameAt counts pictures only: the sound's frames carry no key mark.
        var earliest = Instant.Never;
        foreach (var track in Client?.Client.Played ?? [])
        {
            earliest = Instant.Min(earliest, moment(track));
        }

        return earliest;
    }
}
