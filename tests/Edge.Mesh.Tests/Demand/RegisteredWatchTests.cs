using Edge.Mesh.Demand;
using Xunit;

namespace Edge.Mesh.Tests.Demand;

/// <summary>What is watched because its owner was asked for it: nothing that is said before, or on the way
/// meanwhile, harms it.</summary>
public sealed class RegisteredWatchTests
{
    private readonly DemandLab _lab = new();

    public RegisteredWatchTests() => _lab.Origin.Add(DemandLab.Camera, DemandLab.App);

    [Fact]
    public void Prepare_BeforeTheAnswer_IsNotSaid()
    {
        Prepare();
        _lab.Run(5);
        Assert.Empty(Changes());
        _lab.FarWatch.Confirm(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);

        Assert.True(_lab.Origin.IsWatched(DemandLab.Camera));
    }

    /// <summary>A message that names everything but it was written before the answer came.</summary>
    [Fact]
    public void Register_WholeMessageWithoutIt_KeepsTheWatch()
    {
        _lab.Origin.Add(DemandLab.Voice, DemandLab.App);
        Assert.True(_lab.FarWatch.TryAdd(DemandLab.Voice, DemandLab.Key, _lab.Now));
        Prepare();
        Register();
        _lab.Run(MeshTimes.DemandInterval.TotalSeconds + 0.1);
        Assert.True(_lab.Said >= 2);

        Assert.True(_lab.Origin.IsWatched(DemandLab.Camera));
        Assert.Empty(Left());
    }

    /// <summary>A node that goes on with a track knows who watches it, and in which of their lives.</summary>
    [Fact]
    public void Watchers_Registered_AreNamedWithTheirLives()
    {
        Assert.Empty(_lab.Origin.Watchers(DemandLab.Camera));
        Assert.True(_lab.Origin.TryRegister(DemandLab.Camera, DemandLab.Far, life: 7, _lab.Now));

        var watcher = Assert.Single(_lab.Origin.Watchers(DemandLab.Camera));

        Assert.Equal(
            (DemandLab.Far.Pop, DemandLab.Far.Node, 7UL),
            (watcher.Pop, watcher.Node, watcher.Life)
        );
        Assert.Empty(_lab.Origin.Watchers(DemandLab.Voice));
    }

    [Fact]
    public void Register_NeverSaid_IsOverAndTold()
    {
        Register();
        _lab.Run(MeshTimes.DemandAge.TotalSeconds + 1.1);

        Assert.Equal(DemandLab.Far, Assert.Single(Left()).Watcher);
        Assert.False(_lab.Origin.IsWatched(DemandLab.Camera));
    }

    [Fact]
    public void Register_SaidFromThenOn_Lasts()
    {
        Prepare();
        Register();
        _lab.FarWatch.Confirm(DemandLab.Camera, _lab.Now);
        _lab.Run(3 * MeshTimes.DemandAge.TotalSeconds);

        Assert.Empty(Changes());
        Assert.True(_lab.Origin.IsWatched(DemandLab.Camera));
    }

    [Fact]
    public void Register_Unknown_IsRefused() =>
        Assert.False(_lab.Origin.TryRegister(DemandLab.Voice, DemandLab.Far, 1, _lab.Now));

    /// <summary>Whoever asked in a former life has nothing of what it was sent.</summary>
    [Fact]
    public void Register_AnotherLife_FormerOneLeaves()
    {
        Register();
        Assert.True(_lab.Origin.TryRegister(DemandLab.Camera, DemandLab.Far, 2, _lab.Now));
        _lab.Run(0.01);

        Assert.Single(Left());
        Assert.True(_lab.Origin.IsWatched(DemandLab.Camera));
    }

    /// <summary>A question that got no answer may have been heard: it is taken back.</summary>
    [Fact]
    public void Remove_Prepared_TakesTheRegisteredWatchBack()
    {
        Prepare();
        Register();
        _lab.FarWatch.Remove(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);

        Assert.Single(Left());
    }

    /// <summary>Who was given up and is there comes back by itself, which is told.</summary>
    [Fact]
    public void Drop_NodeThatIsThere_ComesBack()
    {
        Prepare();
        Register();
        _lab.FarWatch.Confirm(DemandLab.Camera, _lab.Now);
        _lab.Run(0.1);
        _lab.Origin.Drop(DemandLab.Camera, DemandLab.Far);
        _lab.Run(MeshTimes.DemandInterval.TotalSeconds + 0.1);

        Assert.Equal([OriginEventKind.Left, OriginEventKind.Replay], Changes());
    }

    private void Prepare() =>
        Assert.True(_lab.FarWatch.TryPrepare(DemandLab.Camera, DemandLab.Key, _lab.Now));

    private void Register() =>
        Assert.True(_lab.Origin.TryRegister(DemandLab.Camera, DemandLab.Far, 1, _lab.Now));

    /// <summary>All but that a node is there and takes no layer, which channels do not have.</summary>
    private IEnumerable<OriginEventKind> Changes() =>
        _lab.Origins.Select(happened => happened.Kind).Where(kind => kind != OriginEventKind.Idle);

    private List<OriginEvent> Left() =>
        _lab.Origins.FindAll(happened => happened.Kind == OriginEventKind.Left);
}
