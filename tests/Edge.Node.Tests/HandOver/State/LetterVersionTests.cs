using System.Text;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Tests.EndToEnd;
using Edge.Primitives;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.HandOver.State;

/// <summary>Nodes of two versions give each other sessions: what the one before wrote is taken whole, and of what the next one
/// writes everything that is known.</summary>
/// <remarks>The letter holds all kinds of sessions. A version that writes more adds a letter, and the one before stays. As long as
/// nobody runs a version that wrote it, it is made anew by <c>rm tests/golden/handover/letter-1.txt; TEST_GOLDEN=update dotnet
/// test tests/Edge.Node.Tests --filter LetterVersion</c>.</remarks>
public sealed class LetterVersionTests
{
    private const int Sessions = 7;

    /// <summary>Where its clients were, and nobody is.</summary>
    private static readonly NetworkAddress Host = NetworkAddress.FromIPv4(0x7F4C0901, 0);

    /// <summary>Written in the letter at the engine's fourth place; Edge.Protocol.Tests has its versions.</summary>
    private const string Engine = "/3";

    private static readonly Lazy<Task<string>> Recorded = new(() =>
        Golden.RecordedAsync("handover/letter-1.txt", WriteAsync)
    );

    private static readonly Lazy<Task<(SortedSet<string> Lists, int Wholes)>> Tried = new(
        TryAllAsync
    );

    [Fact]
    public async Task Take_WrittenByTheFirstVersion_AllGoOn()
    {
        var letter = await LetterAsync();
        await using var pop = new PopHarness(1, Host, hasMesh: true);
        var heir = pop.First.Node;

        Assert.Null(await heir.Taker.TakeAsync(letter, CancellationToken.None));

        Assert.Equal(Sessions - 1, heir.SessionCount);
        var report = heir.Report();
        Assert.Equal((1, 1, 5), (report.Publishers, report.Players, report.Callers));
        Assert.All(heir.State.Calls.All, session => Assert.False(session.IsOver));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
        var text = new StringBuilder();
        foreach (var parcel in GroupLetter.TryRead(letter)!)
        {
            text.Append(Describe(heir, parcel.Span)).Append('\n');
        }

        Golden.Match("handover/letter-1-sessions.txt", text.ToString());
    }

    /// <summary>A later version has appended something to a group, whichever it is: the session is the same. Only lists, whose
    /// length is what they are, take no more; the file has which those are.</summary>
    [Fact]
    public async Task TryRead_ValueAppendedAnywhere_SessionIsTheSame()
    {
        var (lists, wholes) = await Tried.Value;

        Assert.True(wholes > 150, $"Only {wholes} groups took a further value.");
        Golden.Match("handover/letter-1-lists.txt", string.Join('\n', lists) + "\n");
    }

    /// <summary>A later version has appended something to all of them, and to the letter.</summary>
    [Fact]
    public async Task Take_WrittenByALaterVersion_AllGoOn()
    {
        var later = StateTree.Parse(await LetterAsync());
        var (lists, _) = await Tried.Value;
        var parcels = later.Items![1].Items!;
        for (var index = 0; index < parcels.Count; index++)
        {
            var parcel = StateTree.Parse(parcels[index].ToBinary());
            foreach (var (number, name) in new[] { (0, "engine"), (1, "calls") })
            {
                parcel.Items![number] = AppendedToAll(parcel.Items[number], name, lists);
            }

            Append(parcel, "parcel", lists);
            parcels[index] = StateTree.Binary(parcel.ToBytes());
        }

        later.Items.Add(StateTree.Later);
        await using var pop = new PopHarness(1, Host, hasMesh: true);
        var heir = pop.First.Node;

        Assert.Null(await heir.Taker.TakeAsync(later.ToBytes(), CancellationToken.None));

        Assert.Equal(Sessions - 1, heir.SessionCount);
        Assert.Equal(5, heir.Report().Callers);
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
    }

    private static StateTree AppendedToAll(StateTree form, string name, SortedSet<string> lists)
    {
        var bytes = form.ToBinary();
        if (bytes.Length == 0)
        {
            return form;
        }

        var tree = StateTree.Parse(bytes);
        Append(tree, name, lists);
        return StateTree.Binary(tree.ToBytes());
    }

    private static void Append(StateTree tree, string name, SortedSet<string> lists)
    {
        foreach (var (group, path) in Except(tree, name).ToList())
        {
            if (!lists.Contains(Generic(name, path, lists)))
            {
                group.Items!.Add(StateTree.Later);
            }
        }
    }

    /// <summary>What a parcel is made of, each with the way to put it back.</summary>
    private static IEnumerable<Form> Forms(ReadOnlySpan<byte> parcel)
    {
        var whole = parcel.ToArray();
        var tree = StateTree.Parse(parcel);
        var forms = new List<Form> { new("parcel", whole, static changed => changed) };
        foreach (var (number, name) in new[] { (0, "engine"), (1, "calls") })
        {
            var bytes = tree.Items![number].ToBinary();
            if (bytes.Length > 0)
            {
                forms.Add(
                    new(
                        name,
                        bytes,
                        changed =>
                        {
                            var other = StateTree.Parse(whole);
                            other.Items![number] = StateTree.Binary(changed);
                            return other.ToBytes();
                        }
                    )
                );
            }
        }

        return forms;
    }

    private static async Task<(SortedSet<string> Lists, int Wholes)> TryAllAsync()
    {
        var letter = await LetterAsync();
        await using var node = new NodeHarness();
        var lists = new SortedSet<string>(StringComparer.Ordinal);
        var wholes = 0;
        foreach (var parcel in GroupLetter.TryRead(letter)!)
        {
            var expected = Describe(node.Node, parcel.Span);
            foreach (var form in Forms(parcel.Span))
            {
                wholes += TryAll(node.Node, form, expected, lists);
            }
        }

        return (lists, wholes);
    }

    /// <summary>Appends to each group alone; how many took it.</summary>
    private static int TryAll(MediaNode node, Form form, string expected, SortedSet<string> lists)
    {
        var wholes = 0;
        var paths = Except(StateTree.Parse(form.Bytes), form.Name)
            .Select(found => found.Path)
            .ToList();
        foreach (var path in paths)
        {
            var changed = StateTree.Parse(form.Bytes);
            Except(changed, form.Name)
                .First(found => string.Equals(found.Path, path, StringComparison.Ordinal))
                .Group.Items!.Add(StateTree.Later);
            var isSame = string.Equals(
                Describe(node, form.Put(changed.ToBytes())),
                expected,
                StringComparison.Ordinal
            );
            wholes += isSame ? 1 : 0;
            if (!isSame)
            {
                _ = lists.Add(Generic(form.Name, path, lists));
            }
        }

        return wholes;
    }

    private static IEnumerable<(StateTree Group, string Path)> Except(
        StateTree tree,
        string name
    ) =>
        tree.Groups(except: string.Equals(name, "engine", StringComparison.Ordinal) ? Engine : "-");

    /// <summary>The path of a group, with a star for which of a list it is.</summary>
    private static string Generic(string name, string path, SortedSet<string> lists)
    {
        var generic = name;
        foreach (var step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            generic += lists.Contains(generic) ? "/*" : $"/{step}";
        }

        return generic;
    }

    private static string Describe(MediaNode node, ReadOnlySpan<byte> parcel)
    {
        using var letter = SessionLetter.TryRead(
            parcel,
            node.Factory,
            Prng.FromNumber(1),
            LetterText.Now
        );
        return letter is null ? "none" : LetterText.Of(letter);
    }

    private static async Task<byte[]> LetterAsync() =>
        Convert.FromBase64String(await Recorded.Value);

    /// <summary>Both sides of a stream, of tracks with names and of a data channel, and one that is silent; another node watches
    /// what is published.</summary>
    private static async Task<string> WriteAsync()
    {
        await using var pop = new PopHarness(2, Host, hasMesh: true, change: PopHarness.Staying);
        var first = pop.First;
        var publisher = await first.PublishAsync();
        var pushed = await first.PushAsync();
        pop.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet && pushed.Client.ConnectedAt.IsSet,
            "Somebody did not connect."
        );
        List<SocketClient> viewers = [await first.PlayAsync(), await pop.Nodes[1].PlayAsync()];
        pop.RunUntilAllGoOn(viewers, section: 1, frames: 40);
        var cam = NodeHarness.Remote(pushed.SessionId, "cam");
        List<SocketClient> pullers =
        [
            await first.PullAsync("app", cam),
            await pop.Nodes[1].PullAsync("app", cam),
        ];
        pop.RunUntilAllGoOn(pullers, section: 0, frames: 40);
        var (writer, written) = await PublishAsync(first, "log");
        var (reader, read) = await ReadAsync(first, Remote(writer, "log"));
        _ = first.Send(writer, written, Hello);
        pop.RunUntil(() => Count(reader, read) == 1, "The message does not arrive.");
        _ = await first.NewSessionAsync();

        var writing = Task.Run(() => PopHarness.WriteAllAsync(first.Node));
        pop.RunUntil(() => writing.IsCompleted, "It is not written.");
        var group = await writing;
        Assert.Equal(Sessions, group.Sessions.Count);
        return Convert.ToBase64String(GroupLetter.Write(group.Parcels)!);
    }

    private sealed record Form(string Name, byte[] Bytes, Func<byte[], byte[]> Put);
}
