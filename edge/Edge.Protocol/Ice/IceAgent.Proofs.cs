using Edge.Primitives;
using Edge.Protocol.Ice.Messages;
using Edge.Protocol.Ice.Paths;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice;

/// <content>That what a lite agent sends moves only to where the peer is: a check says what the peer wants, and could have
/// been recorded and sent again from anywhere.</content>
public sealed partial class IceAgent
{
    private Instant _wantedUntil = Instant.Zero;

    /// <summary>Whether what is sent moves only to addresses that are proved: since <see cref="HandleKeysAgreed"/>. Lite only:
    /// a full agent proves each pair before it uses it.</summary>
    internal bool NeedsProofs { get; private set; }

    /// <summary>Notes that the handshake over this agent's addresses is complete, which proves the one by which its last
    /// message came. That one is used, and every other one has to be proved before it is.</summary>
    public void HandleKeysAgreed(in NetworkAddress address, Instant now)
    {
        _ = now;
        NeedsProofs = _mode == IceMode.Lite;
        if (NeedsProofs && address != _path.Selected && _path.IsValidated(in address))
        {
            Select(in address, _path.SelectedUnder ?? _current);
        }
    }

    /// <summary>Notes that something came from an address that only the peer could send, and for the first time. It proves the
    /// address if a check asked for it, and means nothing otherwise.</summary>
    /// <returns>Whether what is sent goes there from now on.</returns>
    [HotPath]
    public bool HandleFresh(in NetworkAddress address, Instant now) =>
        now < _wantedUntil && TryProveByMedia(in address, now);

    /// <summary>For an agent that comes from another process, where the handshake was.</summary>
    internal void RequireProofs() => NeedsProofs = _mode == IceMode.Lite;

    /// <summary>Whether an address has to be proved before anything is sent there. What is in use, with consent, was.</summary>
    private bool NeedsProof(in NetworkAddress address, Instant now) =>
        NeedsProofs && (address != _path.Selected || !MaySend(now));

    /// <summary>Takes a check from an address that is not proved.</summary>
    private void AcceptUnproved(
        in NetworkAddress source,
        IceGeneration generation,
        in StunMessage request,
        Instant now
    )
    {
        var proof = _path.Validated.ProofOf(in source);
        proof.Earn(request.Length);
        if (request.HasUseCandidate || MayReplace(in source, now))
        {
            Want(in source, generation, request.HasUseCandidate, now);
        }
        else if (proof.IsOpen(_options.SilenceMax, now))
        {
            proof.RequestNow(now);
            SendRequests(now);
        }

        _path.NoteUnprovedConsent(in source, now);
    }

    /// <summary>Asks at an address whether the peer is there, because it is to be sent to.</summary>
    private void Want(
        in NetworkAddress address,
        IceGeneration generation,
        bool isNominated,
        Instant now
    )
    {
        var proof = _path.Validated.ProofOf(in address);
        if (!proof.IsOpen(_options.SilenceMax, now) || proof.Generation != generation)
        {
            proof.Begin(StunTransactionId.Create(_random), generation);
        }

        proof.Want(isNominated, now);
        proof.RequestNow(now);
        _wantedUntil = now + _options.SilenceMax;
        SendRequests(now);
    }

    private void SendRequests(Instant now)
    {
        while (_path.Validated.TryFindRequest(now, out var address, out var proof))
        {
            proof.TakeRequest(_options.RetransmissionMin, now);
            var request = new IceOutgoing
            {
                Kind = IceOutgoingKind.Check,
                Address = address,
                TransactionId = proof.TransactionId,
                Generation = proof.Generation!,
                Role = _roles.Role,
                TieBreaker = _roles.TieBreaker,
                LengthMax = proof.RequestBytesMax,
            };
            _sender.Send(in request, ref _stats);
        }
    }

    /// <summary>Takes a response that belongs to no check: an answer from an address that has to be proved, or nothing.</summary>
    private IceInput HandleProof(in NetworkAddress source, in StunMessage response, Instant now)
    {
        if (
            _path.Validated.FindProof(in source) is not { Generation: { } generation } proof
            || proof.TransactionId != response.TransactionId
        )
        {
            _stats.UnknownTransactions++;
            return IceInput.UnknownTransaction;
        }

        var authentication = Authenticate(in response, generation.RemotePassword);
        if (authentication != IceInput.Accepted)
        {
            return authentication;
        }

        _stats.ResponsesAccepted++;
        if (response.Class == StunClass.SuccessResponse)
        {
            NoteAuthenticated(in source, now);
            _path.NoteUnprovedConsent(in source, now);
            TryProve(in source, proof, now);
        }

        return IceInput.Accepted;
    }

    /// <summary>Apart from <see cref="HandleFresh"/>, so that a packet of a client that does not move costs a comparison.</summary>
    [HotPath]
    private bool TryProveByMedia(in NetworkAddress address, Instant now) =>
        _path.Validated.FindProof(in address) is { } proof && TryProve(in address, proof, now);

    /// <summary>An address is proved: it is used, if the peer still wants that.</summary>
    private bool TryProve(in NetworkAddress address, PathProof proof, Instant now)
    {
        var isWanted =
            proof.IsOpen(_options.SilenceMax, now)
            && (proof.Generation == _current || proof.Generation == _previous)
            && (proof.IsNominated || MayReplace(in address, now));
        if (!isWanted)
        {
            return false;
        }

        var (generation, isNominated) = (proof.Generation!, proof.IsNominated);
        _path.Validated.EndProofs(proof);
        Use(in address, generation, isNominated, now);
        return true;
    }
}
