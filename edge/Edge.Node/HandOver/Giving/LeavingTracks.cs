using Edge.Mesh;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Wire.Mesh;

namespace Edge.Node.HandOver.Giving;

/// <summary>What becomes of the tracks of sessions that leave, for viewers that stay.</summary>
/// <remarks>Threads: any; a session is in one group at a time.</remarks>
internal sealed class LeavingTracks(NodeState node)
{
    /// <summary>Nothing leaves of a session's tracks for other nodes afterwards. Viewers that stay hear the heir from its first
    /// packet on, whoever that will be.</summary>
    public async Task ReleaseAsync(LeavingSession leaving)
    {
        if (node.Engine is not { } engine || leaving.Media is not { } media)
        {
            return;
        }

        foreach (var published in media.Published)
        {
            if (published?.Source is not { } source)
            {
                continue;
            }

            var memory =
                source.Track.ShardsWithViewers != 0
                    ? await ReleaseFollowedAsync(leaving, engine, source)
                    : await engine.ReleaseExportAsync(source.Track);
            if (memory is not null)
            {
                leaving.Exports.Add(source.Section, memory);
            }
        }
    }

    /// <summary>The stream that a session published, as this node goes on to know it while viewers of it stay; null where nobody
    /// does.</summary>
    /// <param name="leaving">The session.</param>
    /// <param name="to">The number of the node that has it.</param>
    public RemoteStream? StreamOf(LeavingSession leaving, ushort to) =>
        leaving is { Media: { } media, Claim: { } claim, Followed.Count: > 0 }
            ? RemoteStream.Moved(
                media.Stream,
                claim,
                HeirOf(node.Engine!, to),
                leaving.Followed.ConvertAll(pair => pair.Track)
            )
            : null;

    /// <summary>It is known who has the tracks: viewers that stay follow there, and nodes that said while a track was on its way
    /// what they want of it say so again where it is.</summary>
    /// <param name="leaving">Whose tracks.</param>
    /// <param name="to">The number of the node.</param>
    public void Confirm(LeavingSession leaving, ushort to)
    {
        foreach (var (_, track) in leaving.Followed)
        {
            node.Engine?.ConfirmMoved(track, HeirOf(node.Engine, to));
        }

        TellWatchers(leaving, to);
    }

    /// <summary>Nobody goes on with the tracks: they end as they would have here.</summary>
    public void Unfollow(LeavingSession leaving)
    {
        foreach (var (source, track) in leaving.Followed)
        {
            if (
                node.Engine is { } engine
                && engine.TryTakeOver(track.Token, out _)
                && source.Track.TryReplaceSource(track.Inlet.Source, source)
            )
            {
                node.GoOn(source.Track);
            }
        }
    }

    private void TellWatchers(LeavingSession leaving, ushort to)
    {
        foreach (var published in leaving.Media?.Published ?? [])
        {
            if (
                published?.Source is { } source
                && leaving.Exports.TryGetValue(source.Section, out var memory)
            )
            {
                node.Engine?.TellMoved(source, memory, HeirOf(node.Engine, to));
            }
        }
    }

    private static async Task<ExportMemory> ReleaseFollowedAsync(
        LeavingSession leaving,
        MeshEngine engine,
        TrackSource source
    )
    {
        var media = leaving.Media!;
        var memory = await engine.ReleaseFollowedAsync(
            source.Track,
            TokenOf(media, source),
            media.Stream.AppId
        );
        if (await engine.FollowMovedAsync(source.Track, memory) is { } track)
        {
            leaving.Followed.Add((source, track));
        }

        return memory;
    }

    private static TrackToken TokenOf(Session session, TrackSource source) =>
        source.Track.Exported?.Token
        ?? TrackToken.Create(session.Id, source.Track.Named?.Name ?? $"{source.Section}");

    private static NodeAddress HeirOf(MeshEngine engine, ushort to) =>
        engine.Self with
        {
            Node = to,
        };
}
