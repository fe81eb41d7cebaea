using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Mesh.Tests.Simulation.Names;
using Edge.Mesh.Tests.Simulation.Tracks;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Mesh.Tests.Simulation.Nodes;

/// <content>What MeshEngine.Moving, StreamDesk.Moving and NamedStream.Moving do.</content>
internal sealed partial class SimulatedNode
{
    private const int LetterBytesMax = 64 * 1024;

    /// <summary>A publisher's session goes on at another node of the PoP.</summary>
    /// <param name="session">The session.</param>
    /// <param name="heir">The other node.</param>
    /// <param name="way">How long the letter takes.</param>
    public void Move(NodeSession session, SimulatedNode heir, TimeSpan way) =>
        PostShard(() =>
        {
            if (session.IsClosed)
            {
                return;
            }

            var next = new NodeSession(heir, session.Publisher, session.Number);
            session.IsClosed = true;
            session.Successor = next;
            _sessions.Remove(session);
            while (session.Arrived.TryDequeue(out var packet))
            {
                next.Arrived.Enqueue(packet);
            }

            session.Publisher.HandleMoved(session, next);
            PostEngine(() => Release(session, way));
        });

    private void Release(NodeSession session, TimeSpan way)
    {
        var source = session.Inlet!.Source;
        while (_ring.TryDequeue(out var carried))
        {
            Take(carried, _world.Now);
        }

        var memory = _exports.Release(
            source.Track.Exported!,
            source.Exported.Name,
            WallNow(),
            _world.Now
        );
        source.Track.Exported = null;
        var stream = session.Publisher.Stream;
        var name = _names[stream];
        var claim = name.Claims.Release(_world.Now)!.Value;
        Close(name.Answering);
        using var writer = new StateWriter(_world.Now, LetterBytesMax);
        memory.Write(writer);
        var letter = writer.Written.ToArray();
        var next = session.Successor!;
        _world.After(way, () => next.Node.TakeOver(next, letter, claim));
        PostShard(() =>
        {
            var change = new NodeChange();
            _streams[stream].ForgetMoved(session, change);
            DropIfAbandoned(stream, _streams[stream]);
            Apply(change);
        });
    }

    private void TakeOver(NodeSession session, byte[] letter, ClaimNotice claim) =>
        PostShard(() =>
        {
            var reader = new StateReader(letter, _world.Now);
            if (ExportMemory.TryRead(ref reader) is not { } memory)
            {
                throw _world.Failure($"{this} cannot read what it was given.");
            }

            var stream = OpenStream(session.Publisher.Stream);
            var change = new NodeChange();
            stream.PublishMoved(session, memory, change);
            Apply(change);
            foreach (var bus in Buses)
            {
                // What is wanted under the former node's name is heard here from now on.
                _ = bus.Subscribe(MeshSubjects.DemandPattern(claim.Claim.Owner), HandleDemand);
            }

            var track = stream.Track!;
            var exported = new ExportedTrack(memory.Token, memory.App, MediaKind.Video, track);
            track.Exported = exported;
            PostEngine(() =>
            {
                _exports.Resume(exported, memory, WallNow(), _world.Now);
                Claim(session.Publisher.Stream, claim);
                PostShard(() =>
                {
                    _sessions.Add(session);
                    _ = track.Replica?.TryFollow(session.Inlet!.Source, _world.Now);
                });
            });
        });

    private void Claim(string stream, in ClaimNotice former)
    {
        var name = OpenName(stream);
        var notice = name.Claims.GoOn(former.Claim, former.Age, _world.Now);
        if (name.Answering.Count == 0)
        {
            foreach (var bus in Buses)
            {
                name.Answering.Add(
                    bus.Subscribe(name.StreamSubject, parcel => Answer(bus, parcel, stream))
                );
            }
        }

        Say(name, notice);
    }
}
