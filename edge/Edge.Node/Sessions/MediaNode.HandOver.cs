using Anycast.Steering;
using Edge.Node.Front;
using Edge.Node.HandOver;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Giving;

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
            ? await new Departure(_state, _giver, letters) { HasSharedTcp = HasSharedTcp }.RunAsync(
                within,
                cancellation
            )
            : new HandOverOutcome(Moved: 0, Lost: 0, _state.SessionsLeft);
    }

    /// <summary>Lets other processes of this machine give their sessions' connections, and tells them where.</summary>
    private void TakeConnections()
    {
        if (_letters is not { } letters)
        {
            return;
        }

        _connections = ConnectionDoor.TryOpen(
            _state.Arrived,
            FrontTrust.Own,
            _state.Clock,
            _logger
        );
        if (_connections is { } door)
        {
            letters.Place = door.Place;
            door.Start();
        }
    }

    /// <summary>Whether clients are told a TCP address that is the PoP's as that of UDP is: who dials it again may come to any
    /// node. Of the front, which has a port of its own, the host tells.</summary>
    private bool HasSharedTcp =>
        TcpCandidates.Any(_candidates.Contains)
        || (_state.Front?.Candidates ?? []).Any(front =>
            _candidates.Any(udp => udp.WithPort(0) == front.WithPort(0))
        );
}
