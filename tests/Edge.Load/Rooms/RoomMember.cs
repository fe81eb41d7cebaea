using Edge.Primitives;
using Edge.Testing.Clients;

namespace Edge.Load.Rooms;

/// <summary>Somebody in the room: a session, and what it pulls.</summary>
/// <param name="index">Her place in the order of joining.</param>
/// <param name="isBad">Whether her network is bad.</param>
/// <param name="startedAt">When her first request went out.</param>
internal sealed class RoomMember(int index, bool isBad, Instant startedAt)
{
    private readonly List<RoomPull> _pulls = [];
    private bool _isAsking;

    public int Index { get; } = index;

    public bool IsBad { get; } = isBad;

    public Instant StartedAt { get; } = startedAt;

    /// <summary>What the server calls the session; empty before it has one.</summary>
    public string SessionId { get; set; } = "";

    /// <summary>Her side of what is negotiated; null before she has a session.</summary>
    public SessionClient? Session { get; set; }

    /// <summary>Her media; null before she is published.</summary>
    public SocketClient? Client { get; set; }

    /// <summary>When the last request of her join was answered.</summary>
    public Instant AskedAt { get; set; } = Instant.Never;

    /// <summary>What she did not ask for yet.</summary>
    public Queue<WantedTrack> Wanted { get; } = [];

    /// <summary>What she pulls. On the driver's thread only, once she joined.</summary>
    public IReadOnlyList<RoomPull> Pulls => _pulls;

    public void Add(RoomPull pull) => _pulls.Add(pull);

    /// <summary>Whether she has to ask for something and does not yet; from now on she does. Apps do one thing after
    /// the other on a connection.</summary>
    public bool BeginsToAsk()
    {
        var begins = !_isAsking && Wanted.Count > 0;
        _isAsking |= begins;
        return begins;
    }

    /// <summary>What she asks for next; empty when that is all.</summary>
    public WantedTrack[] TakeWanted(int most)
    {
        _isAsking = Wanted.Count > 0;
        var taken = new WantedTrack[Math.Min(most, Wanted.Count)];
        for (var index = 0; index < taken.Length; index++)
        {
            taken[index] = Wanted.Dequeue();
        }

        return taken;
    }
}
