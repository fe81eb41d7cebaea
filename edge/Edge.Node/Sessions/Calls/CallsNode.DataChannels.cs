using Control.Contract;
using Control.Contract.Calls;

namespace Edge.Node.Sessions.Calls;

/// <content>Data channels.</content>
internal sealed partial class CallsNode
{
    private static readonly CallsError NotYet = new(
        CallsErrorCode.InvalidParams,
        "This node does not carry data channels yet."
    );

    /// <inheritdoc/>
    public ValueTask<CallsResult<EstablishOutcome>> EstablishDataChannelsAsync(
        SessionKey session,
        SessionSdp? offer,
        CancellationToken cancellation
    ) => new(NotYet);

    /// <inheritdoc/>
    public ValueTask<CallsResult<DataChannelsOutcome>> NewDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => new(NotYet);

    /// <inheritdoc/>
    public ValueTask<CallsResult<DataChannelsOutcome>> UpdateDataChannelsAsync(
        DataChannelsRequest request,
        CancellationToken cancellation
    ) => new(NotYet);

    /// <inheritdoc/>
    public ValueTask<CallsResult<CloseDataChannelsOutcome>> CloseDataChannelsAsync(
        CloseDataChannelsRequest request,
        CancellationToken cancellation
    ) => new(NotYet);
}
