using Anycast.Steering;
using Edge.Node.HandOver;

namespace Edge.Node.Sessions;

/// <content>Sessions that go on at other nodes when this one ends.</content>
public sealed partial class MediaNode : IHandOver
{
    /// <inheritdoc/>
    public bool HasOthers
    {
        get
        {
            if (Options.Steering is not { } steering)
            {
                return false;
            }

            var self = OwnerCode.NumberOf(Options.Node);
            foreach (var member in steering.Members())
            {
                if (member.IsConnected && OwnerCode.NumberOf(member.Name) != self)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public void Leave() => _state.Front?.Leave();

    /// <inheritdoc/>
    public async ValueTask<HandOverOutcome> HandOverAsync(
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        // Nobody is to give it others' meanwhile.
        _state.IsDeparting = true;
        return _letters is { } letters
            ? await new Departure(_state, _giver, letters).RunAsync(within, cancellation)
            : new HandOverOutcome(Moved: 0, Lost: 0, _state.SessionsLeft);
    }
}
