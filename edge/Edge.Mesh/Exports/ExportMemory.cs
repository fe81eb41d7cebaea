using System.Collections.Immutable;
using Edge.Mesh.Demand;
using Edge.Mesh.Feeds;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Edge.Wire.State;

namespace Edge.Mesh.Exports;

/// <summary>What another node of the PoP has to know of a track to go on sending it to all who watch it, so that they notice
/// nothing.</summary>
/// <remarks>
/// Shape: about 70 bytes and 25 for each node that watches, of which there is one more than
/// <see cref="OriginBook.WatchersMax"/> at most. Immutable.
/// </remarks>
public sealed class ExportMemory
{
    private const int ValuesMin = 7;
    private const int WatcherValuesMin = 5;
    private const int AppBytesMax = 512;

    /// <summary>The node that had the track may watch it from then on.</summary>
    private const int WatchersMax = OriginBook.WatchersMax + 1;

    private readonly ulong[] _numbers;

    /// <summary>Puts together what is known.</summary>
    /// <param name="token">The track's name among nodes.</param>
    /// <param name="app">Its app, as a token of subjects.</param>
    /// <param name="name">Its newest publisher.</param>
    /// <param name="numbers">The number of each layer's last frame.</param>
    internal ExportMemory(
        in TrackToken token,
        string app,
        SourceName name,
        ReadOnlySpan<ulong> numbers
    )
    {
        Token = token;
        App = app;
        Name = name;
        _numbers = numbers.ToArray();
    }

    /// <summary>The track's name among nodes.</summary>
    public TrackToken Token { get; }

    /// <summary>Its app, as a token of subjects.</summary>
    public string App { get; }

    /// <summary>Its newest publisher.</summary>
    public SourceName Name { get; }

    /// <summary>The number of each layer's last frame; 0 before the first.</summary>
    public ReadOnlySpan<ulong> Numbers => _numbers;

    /// <summary>Those who watch.</summary>
    internal ImmutableArray<TrackWatcher> Watchers { get; init; } = [];

    /// <summary>What the wall clock, by which frames were sent, was at <see cref="At"/>.</summary>
    internal NtpTimestamp Wall { get; init; }

    /// <summary>A moment of this process.</summary>
    internal Instant At { get; init; }

    /// <summary>The same, with one more who watches.</summary>
    public ExportMemory With(in TrackWatcher watcher) =>
        new(Token, App, Name, _numbers)
        {
            Watchers = Watchers.Add(watcher),
            Wall = Wall,
            At = At,
        };

    /// <summary>How far the clock by which frames were sent is before another one.</summary>
    /// <param name="wallNow">That one.</param>
    /// <param name="now">The time.</param>
    internal TimeSpan LeadOver(NtpTimestamp wallNow, Instant now) => Wall + (now - At) - wallNow;

    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Span<byte> token = stackalloc byte[TrackToken.Bytes];
        Token.CopyTo(token);
        var outer = writer.Begin();
        writer.Bytes(token);
        writer.Text(App);
        writer.UInt(Name.Life);
        writer.UInt(Name.Epoch);
        writer.UInt((Wall + (writer.Now - At)).Value);
        var numbers = writer.Begin();
        foreach (var number in _numbers)
        {
            writer.UInt(number);
        }

        writer.End(numbers);
        var watchers = writer.Begin();
        foreach (var watcher in Watchers)
        {
            Write(writer, watcher);
        }

        writer.End(watchers);
        writer.End(outer);
    }

    /// <summary>Reads it; null when it makes no sense.</summary>
    public static ExportMemory? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(ValuesMin);
        if (!TrackToken.TryCreate(reader.Bytes(TrackToken.Bytes), out var token))
        {
            reader.Break();
        }

        var app = ReadApp(ref reader);
        var name = new SourceName(reader.UInt(), reader.UInt16());
        var wall = new NtpTimestamp(reader.UInt());
        Span<ulong> numbers = stackalloc ulong[FeedOrder.LayersMax];
        var group = reader.Begin(FeedOrder.LayersMax, out var count);
        foreach (ref var number in numbers[..count])
        {
            // Beyond it no track ever comes, and none may reach the end.
            number = (ulong)reader.Count();
        }

        reader.End(group);
        var watchers = ReadWatchers(ref reader);
        reader.End(outer);
        return reader.IsBroken
            ? null
            : new ExportMemory(token, app, name, numbers)
            {
                Watchers = watchers,
                Wall = wall,
                At = reader.Now,
            };
    }

    /// <summary>An app's token becomes part of subjects: it has to be one.</summary>
    private static string ReadApp(ref StateReader reader)
    {
        var app = reader.Text(AppBytesMax);
        if (!MeshSubjects.IsToken(app))
        {
            reader.Break();
        }

        return app;
    }

    private static void Write(StateWriter writer, in TrackWatcher watcher)
    {
        var group = writer.Begin();
        writer.UInt(watcher.Node.Pop);
        writer.UInt(watcher.Node.Node);
        writer.UInt(watcher.Life);
        writer.UInt(watcher.Layers);
        writer.Rate(watcher.Ceiling);
        writer.End(group);
    }

    private static ImmutableArray<TrackWatcher> ReadWatchers(ref StateReader reader)
    {
        var group = reader.Begin(WatchersMax, out var count);
        var watchers = ImmutableArray.CreateBuilder<TrackWatcher>(count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var one = reader.BeginWhole(WatcherValuesMin);
            watchers.Add(
                new TrackWatcher(
                    new NodeAddress(reader.UInt16(), reader.UInt16()),
                    reader.UInt(),
                    reader.UInt32(),
                    reader.Rate(Bitrate.Unlimited)
                )
            );
            reader.End(one);
        }

        reader.End(group);
        return watchers.ToImmutable();
    }
}
