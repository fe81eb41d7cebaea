using Control.Contract;
using Control.Server.Tests.Support;
using Control.Server.Whep;

namespace Control.Server.Tests.Whep;

/// <summary>When nodes are asked how many viewers streams have, and what that costs.</summary>
public sealed class ViewerCountsTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeMediaNode _node = new();
    private readonly CountedTime _time = new();
    private readonly ViewerCounts _counts;

    public ViewerCountsTests() => _counts = new(_node, _time, CancellationToken.None);

    /// <summary>Every reader looks every second: what a look costs must not grow with the streams.</summary>
    [Fact]
    public async Task Look_NothingIsDue_StreamsAreWalkedOnceASecond()
    {
        var streams = Streams(1000);
        await LookAsync(streams);
        await CountedAsync(streams);
        _time.Advance(Second);

        // The count before may not be quite over yet; until then looks compare nothing.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        do
        {
            limit.Token.ThrowIfCancellationRequested();
            _time.Reads = 0;
            await LookAsync(streams);
        } while (_time.Reads < streams.Length);

        // A look compares two times, a walk two of each stream.
        Assert.InRange(_time.Reads, streams.Length, 6 * streams.Length);
    }

    /// <summary>More than one question takes are counted a second later, and none twice before.</summary>
    [Fact]
    public async Task Look_MoreThanAQuestionTakes_TheOthersNext()
    {
        var streams = Streams(ViewerCountRequest.StreamsMax + 10);
        await LookAsync(streams);
        await CountedAsync(streams);
        _time.Advance(ViewerCounts.Interval);
        await LookAsync(streams);
        await CountedAsync(streams);

        Assert.All(_node.Counts, each => Assert.InRange(each.Streams.Length, 1, 1024));
        Assert.All(
            _node.Counts.SelectMany(each => each.Streams).CountBy(each => each),
            each => Assert.InRange(each.Value, 1, 2)
        );
    }

    /// <summary>What a count fails of is a bug, and not hidden: one look has it, and the next count goes on.</summary>
    [Fact]
    public async Task Look_CountFails_ThrownAtTheNextLook()
    {
        var stream = Streams(1)[0];
        _node.Bug = new InvalidOperationException("A bug.");
        Assert.Null(await _counts.LookAsync(stream));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
            {
                await Task.Yield();
                await _counts.LookAsync(stream);
            }
        });

        _node.Bug = null;
        _node.Viewers = 4;
        await CountedAsync([stream]);
        Assert.Equal(4, await _counts.LookAsync(stream));
    }

    private static StreamKey[] Streams(int count) =>
        [.. Enumerable.Range(0, count).Select(index => new StreamKey("one", $"s{index}"))];

    private async Task LookAsync(StreamKey[] streams)
    {
        foreach (var stream in streams)
        {
            await _counts.LookAsync(stream);
        }
    }

    /// <summary>Lets seconds pass until all are counted.</summary>
    private async Task CountedAsync(StreamKey[] streams)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        foreach (var stream in streams)
        {
            while (await _counts.LookAsync(stream) is null)
            {
                limit.Token.ThrowIfCancellationRequested();
                _time.Advance(TimeSpan.FromMilliseconds(1));
                await Task.Yield();
            }
        }
    }

    /// <summary>Counts how often times are compared.</summary>
    private sealed class CountedTime : TimeProvider
    {
        private readonly ManualTime _time = new();

        public int Reads { get; set; }

        public override long TimestampFrequency
        {
            get
            {
                Reads++;
                return _time.TimestampFrequency;
            }
        }

        public override long GetTimestamp() => _time.GetTimestamp();

        public void Advance(TimeSpan by) => _time.Advance(by);
    }
}
