using Control.Contract;
using Control.Server.Settings;

namespace Control.Server.Lifetime;

/// <summary>Starts the media node in this process: standalone.</summary>
internal static class NodeComposition
{
    /// <summary>Starts it with the process's settings.</summary>
    public static RunningNode Start(EdgeSettings settings, ILoggerFactory loggers) =>
        new(new AbsentNode(), [settings.Media], () => ValueTask.CompletedTask);

    private sealed class AbsentNode : IMediaNode
    {
        private static readonly SessionResult _refusal = new SessionResult.Refused(
            RefusalReason.Overloaded,
            "This process has no media node."
        );

        public ValueTask<SessionResult> PublishAsync(
            SessionRequest request,
            CancellationToken cancellation
        ) => ValueTask.FromResult(_refusal);

        public ValueTask<SessionResult> PlayAsync(
            SessionRequest request,
            CancellationToken cancellation
        ) => ValueTask.FromResult(_refusal);

        public ValueTask<IceUpdateResult> UpdateIceAsync(
            IceUpdateRequest request,
            CancellationToken cancellation
        ) => ValueTask.FromResult<IceUpdateResult>(new IceUpdateResult.NotFound());

        public ValueTask<bool> CloseAsync(SessionKey session, CancellationToken cancellation) =>
            ValueTask.FromResult(false);

        public ValueTask<SessionReport?> DescribeAsync(
            SessionKey session,
            CancellationToken cancellation
        ) => ValueTask.FromResult<SessionReport?>(null);

        public ValueTask<bool> IsLiveAsync(StreamKey stream, CancellationToken cancellation) =>
            ValueTask.FromResult(false);

        public NodeReport Report() => new(0, 0, 0, 0, 0);
    }
}
