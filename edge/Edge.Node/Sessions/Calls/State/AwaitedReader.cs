using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Channels;

namespace Edge.Node.Sessions.Calls.State;

/// <summary>A reader that has moved and does not know yet where what it reads is.</summary>
/// <param name="Reader">The reader.</param>
/// <param name="PublisherId">The session that publishes what it reads.</param>
/// <param name="Name">The name there.</param>
internal sealed record AwaitedReader(ReadChannel Reader, string PublisherId, string Name)
{
    /// <summary>Lets it read a channel that moved along with it; false when it missed something, so that it has to be
    /// told. Neither is driven by a shard yet.</summary>
    public bool TryJoin(PublishedChannel published)
    {
        var found = new FoundChannel(published, PublisherId, Name);
        if (!Reader.MayLose && found.HasMissed(Reader))
        {
            return false;
        }

        Reader.GoTo(published);
        published.Readers.Add(Reader);
        if (Reader.IsToReply)
        {
            Reader.IsToReply = !published.TryLetReply(Reader);
        }

        return true;
    }
}
