using Edge.Mesh.Messages;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;
using Edge.Wire.Mesh;

namespace Edge.Node.MeshLink.Channels;

/// <summary>Messages on their way to other nodes, kept until all of these have acknowledged them: what they
/// come from waits meanwhile, when they are too many.</summary>
/// <remarks>Threads: the mesh's.</remarks>
internal sealed class MessageOutbox
{
    private readonly Queue<RelayedMessage> _kept = new();

    /// <summary>Makes an empty one.</summary>
    /// <param name="token">The channel.</param>
    /// <param name="app">Its app, as a token of subjects.</param>
    /// <param name="subject">Where the messages go.</param>
    /// <param name="generation">Which life of the channel, or which grant of replies, it is about.</param>
    /// <param name="last">The number of the last message, of one that comes from another node.</param>
    public MessageOutbox(
        in TrackToken token,
        string app,
        string subject,
        ulong generation,
        ulong last = 0
    )
    {
        Acks = new AckBook(last);
        Token = token;
        App = app;
        Subject = subject;
        Generation = generation;
    }

    /// <summary>The channel. Threads: any.</summary>
    public TrackToken Token { get; }

    /// <summary>Its app, as a token of subjects. Threads: any.</summary>
    public string App { get; }

    /// <summary>Where the messages go.</summary>
    public string Subject { get; }

    /// <summary>Which life of the channel, or which grant of replies, it is about. Threads: any.</summary>
    public ulong Generation { get; }

    /// <summary>The reader whose replies they are; null for the messages of a channel. Threads: any.</summary>
    public ReadChannel? Replier { get; init; }

    /// <summary>A number that the replier has alone on this node; 0 for none. Threads: any.</summary>
    public ulong ReplierNumber { get; init; }

    /// <summary>Who takes them.</summary>
    public AckBook Acks { get; }

    /// <summary>Whether it is looked at from time to time, because something is outstanding.</summary>
    public bool IsListed { get; set; }

    /// <summary>Whether nothing is sent any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Numbers a message and keeps it, with the claim on it.</summary>
    public ulong Keep(RelayedMessage message, Instant now)
    {
        _kept.Enqueue(message);
        var number = Acks.Send(now);
        ReleaseSettled();
        return number;
    }

    /// <summary>Uses up a number, so that whoever goes on from before sees a gap. Nothing is outstanding.</summary>
    public void Skip(Instant now)
    {
        ReleaseAll();
        _ = Acks.Send(now);
    }

    /// <summary>Lets go of what everybody has acknowledged.</summary>
    public void ReleaseSettled()
    {
        var outstanding = (long)(Acks.Last - Acks.Settled);
        while (_kept.Count > outstanding)
        {
            _kept.Dequeue().Release();
        }
    }

    /// <summary>Sends nothing any more; what is on its way may still be acknowledged.</summary>
    public void Close() => IsClosed = true;

    /// <summary>Lets go of everything.</summary>
    public void ReleaseAll()
    {
        while (_kept.TryDequeue(out var message))
        {
            message.Release();
        }
    }
}
