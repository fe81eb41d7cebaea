using Control.Contract;
using Control.Contract.Calls;

namespace Edge.Node.Tests.Serving;

/// <summary>A node that works on a publisher until it is let go.</summary>
internal sealed class HeldNode : IMediaNode
{
    private readonly TaskCompletionSource _released = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _begun;

    public ICallsNode? Calls => null;

    /// <summary>Requests it has begun with.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>Whether it ends its work when nobody waits any more.</summary>
    public bool LooksAtTheToken { get; init; }

    public void Release() => _released.TrySetResult();

    public async ValueTask<SessionResult> PublishAsync(
        SessionRequest request,
        CancellationToken cancellation
    )
    {
        Interlocked.Increment(ref _begun);
        await _released.Task.WaitAsync(LooksAtTheToken ? cancellation : CancellationToken.None);
        return new SessionResult.Created("id", "answer", "tag");
    }

    public ValueTask<SessionResult> PlayAsync(
        SessionRequest request,
        CancellationToken cancellation
    ) => throw new InvalidOperationException("A bug of the node.");

    public ValueTask<IceUpdateResult> UpdateIceAsync(
        IceUpdateRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult<IceUpdateResult>(new IceUpdateResult.Restarted(Long, "tag"));

    public ValueTask<PlayerChangeResult> ChangePlayerAsync(
        PlayerChange change,
        CancellationToken cancellation
    ) => ValueTask.FromResult<PlayerChangeResult>(new PlayerChangeResult.NotFound());

    public ValueTask<CloseResult> CloseAsync(SessionKey session, CancellationToken cancellation) =>
        ValueTask.FromResult<CloseResult>(new CloseResult.NotFound());

    public ValueTask CloseAppAsync(string appId) => ValueTask.CompletedTask;

    public ValueTask<DescribeResult> DescribeAsync(
        SessionKey session,
        CancellationToken cancellation
    ) => ValueTask.FromResult<DescribeResult>(new DescribeResult.NotFound());

    public ValueTask<ViewerCountResult> CountViewersAsync(
        ViewerCountRequest request,
        CancellationToken cancellation
    ) => ValueTask.FromResult(new ViewerCountResult([]));

    public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
        ValueTask.FromResult(true);

    public NodeReport Report() => new(1, 2, 3, 4, 5, 6);

    /// <summary>More than a message of the tests holds.</summary>
    private static string Long { get; } = new('x', 4096);
}
