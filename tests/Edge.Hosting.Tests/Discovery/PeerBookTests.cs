using System.Net;
using Anycast.Steering;
using Edge.Bus.Lan;
using Edge.Hosting.Discovery;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Mesh;
using Edge.Hosting.Tests.Support;
using Edge.Primitives;

namespace Edge.Hosting.Tests.Discovery;

/// <summary>Who becomes a peer by the catalogue, and who ceases to be one.</summary>
public sealed class PeerBookTests
{
    private static readonly TimeSpan DropAfter = TimeSpan.FromSeconds(30);

    private static readonly PopIdentity Self = new(
        "local",
        "n1",
        Executables.Edge,
        IPEndPoint.Parse("10.0.0.1:7100"),
        "run"
    );

    private static readonly CatalogueEntry Own = new(
        Self.Node,
        Self.Lan,
        Self.Run,
        CatalogueHealth.Passing
    );

    private readonly List<MeshPeer> _fixed = [];
    private PeerBook? _book;
    private Instant _now = Instant.Zero;

    private PeerBook Book => _book ??= new(Self, [.. _fixed], DropAfter);

    [Fact]
    public void Catalogue_Others_PeersBesideThoseOfTheSettings()
    {
        _fixed.Add(new("s1", IPEndPoint.Parse("10.0.0.9:7100")));
        Assert.Equal("Found c1,Found n2", See(Own, Entry("n2"), Entry("c1", "10.0.0.3:7101")));
        Assert.Equal("s1=10.0.0.9:7100,c1=10.0.0.3:7101,n2=10.0.0.2:7100", Peers());
        Assert.Equal("", See(Own, Entry("n2"), Entry("c1", "10.0.0.3:7101")));
    }

    [Fact]
    public void Catalogue_ProcessOfTheSettingsElsewhere_SettingsStay()
    {
        _fixed.Add(new("n2", IPEndPoint.Parse("10.0.0.9:7100")));
        Assert.Equal("", See(Own, Entry("n2")));
        Assert.Equal("n2=10.0.0.9:7100", Peers());
    }

    /// <summary>A process may be critical because its agent is: the LAN knows better.</summary>
    [Fact]
    public void Catalogue_Critical_PeerAndStays()
    {
        Assert.Equal("Found n2", See(Own, Entry("n2", health: CatalogueHealth.Critical)));
        Advance(DropAfter * 3);
        Assert.Equal("", See(Own, Entry("n2", health: CatalogueHealth.Critical)));
        Assert.Equal("n2=10.0.0.2:7100", Peers());
    }

    [Fact]
    public void Catalogue_LeftAndNotConnected_DroppedAfterAWhile()
    {
        See(Own, Entry("n2"));
        Advance(DropAfter - TimeSpan.FromTicks(1));
        Assert.Equal("", See(Own));
        Advance(TimeSpan.FromTicks(1));
        Assert.Equal("Dropped n2", See(Own));
        Assert.Equal("", Peers());
    }

    [Fact]
    public void Catalogue_LeftButConnected_StaysUntilTheConnectionIsGoneForAWhile()
    {
        See(Own, Entry("n2"));
        Connect("n2");
        Advance(DropAfter * 10);
        Connect("n2");
        Assert.Equal("", See(Own));
        Connect();
        Advance(DropAfter - TimeSpan.FromTicks(1));
        Assert.Equal("", See(Own));
        Advance(TimeSpan.FromTicks(1));
        Assert.Equal("Dropped n2", See(Own));
    }

    /// <summary>An agent that came back with nothing, or shows nothing without a token, says nothing of others by
    /// that.</summary>
    [Fact]
    public void Catalogue_WithoutThisProcess_DropsNobodyAndAddsAll()
    {
        See(Own, Entry("n2"));
        Advance(DropAfter * 10);
        Assert.Equal("Found n3", See(out var isComplete, Entry("n3", "10.0.0.3:7100")));
        Assert.False(isComplete);
        Assert.Equal("n2=10.0.0.2:7100,n3=10.0.0.3:7100", Peers());
        See(out isComplete, Own);
        Assert.True(isComplete);
    }

    [Fact]
    public void Catalogue_Moved_OnlyWhenNotConnected()
    {
        See(Own, Entry("n2"));
        Connect("n2");
        Assert.Equal("", See(Own, Entry("n2", "10.0.0.5:7100")));
        Connect();
        Assert.Equal("Moved n2", See(Own, Entry("n2", "10.0.0.5:7100")));
        Assert.Equal("n2=10.0.0.5:7100", Peers());
    }

    /// <summary>A process that moved is there twice for a minute: what lives counts, in whatever order.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Catalogue_TwoOfOneName_TheLivingOne(bool isReversed)
    {
        CatalogueEntry[] both =
        [
            Entry("n2", "10.0.0.4:7100", CatalogueHealth.Critical),
            Entry("n2", "10.0.0.5:7100"),
        ];
        Assert.Equal("Found n2", See([Own, .. isReversed ? both.Reverse() : both]));
        Assert.Equal("n2=10.0.0.5:7100", Peers());
    }

    /// <summary>Two that live do not take turns.</summary>
    [Fact]
    public void Catalogue_TwoLivingOfOneName_TheOneThatIsKnown()
    {
        See(Own, Entry("n2", "10.0.0.5:7100"));
        Assert.Equal("", See(Own, Entry("n2", "10.0.0.4:7100"), Entry("n2", "10.0.0.5:7100")));
        Assert.Equal("", See(Own, Entry("n2", "10.0.0.5:7100"), Entry("n2", "10.0.0.4:7100")));
    }

    /// <summary>What cannot be a peer is said once, and again when it was gone.</summary>
    [Fact]
    public void Catalogue_AnotherOfThisName_RefusedOnce()
    {
        var other = Own with { Run = "other", Lan = IPEndPoint.Parse("10.0.0.7:7100") };
        Assert.Equal("Refused n1 OurName", See(Own, other));
        Assert.Equal("", See(Own, other));
        Assert.Equal("", See(Own));
        Assert.Equal("Refused n1 OurName", See(out var isComplete, other));
        Assert.False(isComplete);
        Assert.Equal("", Peers());
    }

    /// <summary>A former life of this process is dead, not another one.</summary>
    [Fact]
    public void Catalogue_FormerLifeOfThisProcess_Nothing() =>
        Assert.Equal("", See(Own with { Run = "former", Health = CatalogueHealth.Critical }, Own));

    [Fact]
    public void Catalogue_AddressOfThisProcess_Refused()
    {
        Assert.Equal("Refused n2 OurAddress", See(Own, Entry("n2", "10.0.0.1:7100")));
        Assert.Equal("", Peers());
    }

    /// <summary>Owner codes could not tell them apart: who was first stays, whatever the order.</summary>
    [Fact]
    public void Catalogue_NamesOfOneNumber_TheSecondRefused()
    {
        var (first, second) = Names.FindOfOneNumber();
        Assert.Equal(OwnerCode.NumberOf(first), OwnerCode.NumberOf(second));
        Assert.Equal($"Found {second}", See(Own, Entry(second)));
        var refused = $"Refused {first} SharedNumber";
        Assert.Equal(refused, See(Own, Entry(first, "10.0.0.3:7100"), Entry(second)));
        Assert.Equal($"{second}=10.0.0.2:7100", Peers());
    }

    [Fact]
    public void Catalogue_NumberOfAProcessOfTheSettings_Refused()
    {
        var (first, second) = Names.FindOfOneNumber();
        _fixed.Add(new(first, IPEndPoint.Parse("10.0.0.9:7100")));
        Assert.Equal($"Refused {second} SharedNumber", See(Own, Entry(second)));
    }

    [Fact]
    public void Catalogue_NumberOfThisProcess_Refused()
    {
        var (first, second) = Names.FindOfOneNumber();
        var self = Self with { Node = first };
        var book = new PeerBook(self, [], DropAfter);
        var own = Own with { Name = first };
        var change = Assert.Single(
            book.HandleCatalogue([own, Entry(second)], Instant.Zero, out var isComplete)
        );
        Assert.True(isComplete);
        Assert.Equal(
            new BookChange(BookChangeKind.Refused, second, PeerRefusal.SharedNumber),
            change
        );
    }

    /// <summary>More than the LAN takes: who is known stays, and of the others the living go first.</summary>
    [Fact]
    public void Catalogue_MoreThanTheLanTakes_KnownAndLivingFirst()
    {
        See(Own, Entry("z-known"));
        var many = new List<CatalogueEntry> { Own, Entry("z-living"), Entry("z-known") };
        var number = 0;
        while (many.Count <= LanBusOptions.PeersMax)
        {
            var dead = Entry($"dead-{number++}", health: CatalogueHealth.Critical);
            if (many.TrueForAll(other => IsOtherNumber(other.Name, dead.Name)))
            {
                many.Add(dead);
            }
        }

        many.Insert(0, Entry("a-dead", health: CatalogueHealth.Critical));
        var changes = See([.. many]).Split(',');
        Assert.Contains("Found z-living", changes, StringComparer.Ordinal);
        Assert.Single(changes, change => change.EndsWith("NoRoom", StringComparison.Ordinal));
        Assert.Equal(LanBusOptions.PeersMax, Book.Peers.Length);
        Assert.Contains("z-known=", Peers(), StringComparison.Ordinal);
    }

    private static bool IsOtherNumber(string left, string right) =>
        OwnerCode.NumberOf(left) != OwnerCode.NumberOf(right);

    private static CatalogueEntry Entry(
        string name,
        string lan = "10.0.0.2:7100",
        CatalogueHealth health = CatalogueHealth.Passing
    ) => new(name, IPEndPoint.Parse(lan), "theirs", health);

    private string See(params CatalogueEntry[] entries) => See(out _, entries);

    private string See(out bool isComplete, params CatalogueEntry[] entries) =>
        string.Join(
            ',',
            Book.HandleCatalogue([.. entries], _now, out isComplete)
                .Select(change =>
                    change.Kind == BookChangeKind.Refused
                        ? $"{change.Kind} {change.Name} {change.Refusal}"
                        : $"{change.Kind} {change.Name}"
                )
        );

    private void Connect(params string[] names) =>
        Book.HandleConnected(names.ToHashSet(StringComparer.Ordinal), _now);

    private void Advance(TimeSpan time) => _now += time;

    private string Peers() =>
        string.Join(',', Book.Peers.Select(peer => $"{peer.Name}={peer.Address}"));
}
