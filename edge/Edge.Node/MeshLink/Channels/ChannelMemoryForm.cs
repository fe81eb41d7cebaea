using System.Diagnostics.CodeAnalysis;
using Edge.Mesh.Demand;
using Edge.Protocol.Negotiation.State;
using Edge.Wire.Mesh;
using Edge.Wire.State;

namespace Edge.Node.MeshLink.Channels;

/// <summary>The form in which a <see cref="ChannelMemory"/> goes to another node.</summary>
internal static class ChannelMemoryForm
{
    /// <summary>Writes what other nodes know.</summary>
    public static void Write(StateWriter writer, ChannelMemory memory)
    {
        var group = writer.Begin();
        writer.UInt(memory.Generation);
        writer.UInt(memory.Last);
        writer.Bool(memory.HasMissed);
        writer.All(memory.Watchers, WriteWatcher);
        writer.Optional(memory.Replier, WriteReplier);
        writer.End(group);
    }

    /// <summary>Reads what other nodes know.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out ChannelMemory memory
    )
    {
        var group = reader.BeginWhole(valuesMin: 4);
        var read = new ChannelMemory(reader.UInt(), (ulong)reader.Count(), reader.Bool())
        {
            Watchers = reader.All<MeshWatcher>(OriginBook.WatchersMax, TryReadWatcher),
            Replier = reader.Optional<ReplierMemory>(TryReadReplier),
        };
        reader.End(group);
        if (read.Generation == 0)
        {
            reader.Break();
        }

        memory = reader.IsBroken ? null : read;
        return memory is not null;
    }

    private static void WriteWatcher(StateWriter writer, MeshWatcher watcher)
    {
        var group = writer.Begin();
        writer.UInt(watcher.Pop);
        writer.UInt(watcher.Node);
        writer.UInt(watcher.Life);
        writer.End(group);
    }

    private static bool TryReadWatcher(ref StateReader reader, out MeshWatcher watcher)
    {
        var group = reader.BeginWhole(valuesMin: 3);
        watcher = new MeshWatcher(reader.UInt16(), reader.UInt16(), reader.UInt());
        reader.End(group);
        return !reader.IsBroken;
    }

    private static void WriteReplier(StateWriter writer, ReplierMemory replier)
    {
        var group = writer.Begin();
        WriteWatcher(writer, replier.Watcher);
        writer.UInt(replier.Number);
        writer.UInt(replier.Grant);
        writer.UInt(replier.Last);
        writer.End(group);
    }

    private static bool TryReadReplier(
        ref StateReader reader,
        [MaybeNullWhen(false)] out ReplierMemory replier
    )
    {
        var group = reader.BeginWhole(valuesMin: 4);
        _ = TryReadWatcher(ref reader, out var watcher);
        var read = new ReplierMemory(watcher, reader.UInt(), reader.UInt(), (ulong)reader.Count());
        reader.End(group);
        replier = reader.IsBroken ? null : read;
        return replier is not null;
    }
}
