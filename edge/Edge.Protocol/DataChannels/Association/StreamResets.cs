using Edge.Primitives;
using Edge.Protocol.DataChannels.Receiving;
using Edge.Protocol.DataChannels.Sending;
using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Association;

/// <summary>Starts streams over, which is how channels are closed (RFC 6525, RFC 8831 §6.7).</summary>
/// <remarks>
/// One request of ours is under way at a time, for as many streams as wait then. A stream waits until the
/// peer has acknowledged all its messages. Deviates from RFC 6525 §4.1 in the field "Sender's Last
/// Assigned TSN": it holds the last cumulatively acknowledged one, which covers all data of these streams,
/// so that other streams' data under way does not hold the reset up.
/// </remarks>
internal sealed partial class StreamResets(
    DataReceiver receiver,
    DataSender sender,
    PathHealth health
)
{
    /// <summary>Streams in one request. Chosen: 256 bytes of a packet.</summary>
    private const int StreamsPerRequestMax = 128;

    private readonly List<OutgoingStream> _waiting = [];
    private readonly List<OutgoingStream> _alone = [];
    private readonly List<OutgoingStream> _requested = [];
    private uint _nextRequest;
    private uint _expectedRequest;
    private SctpReconfigResponse _lastResponse;
    private bool _hasLastResponse;
    private bool _isResponseDue;
    private bool _isRequestDue;
    private int _resettableStreams;

    /// <summary>When a request is repeated: set while one is under way.</summary>
    public Instant RetryAt { get; private set; } = Instant.Never;

    /// <summary>Begins an association; requests of an earlier one are forgotten.</summary>
    /// <param name="localInitialTsn">Where our requests begin to count (RFC 6525 §4.1).</param>
    /// <param name="peerInitialTsn">Where the peer's do.</param>
    /// <param name="resettableStreams">Streams that the peer takes and can start over; 0 when it does not
    /// know RE-CONFIG.</param>
    public void Start(uint localInitialTsn, uint peerInitialTsn, int resettableStreams)
    {
        _nextRequest = localInitialTsn;
        _expectedRequest = peerInitialTsn;
        _resettableStreams = resettableStreams;
        _hasLastResponse = false;
        _isResponseDue = false;
        _isRequestDue = false;
        _requested.Clear();
        RetryAt = Instant.Never;
    }

    /// <summary>Forgets every wish: the association ended or began anew.</summary>
    public void Clear()
    {
        _waiting.Clear();
        _alone.Clear();
        _requested.Clear();
        _isRequestDue = false;
        RetryAt = Instant.Never;
    }

    /// <summary>Wants a stream of ours started over when its messages are through.</summary>
    public void Request(OutgoingStream stream) => _waiting.Add(stream);

    /// <summary>Wants one started over once more, in a request that names no other.</summary>
    public void RequestAlone(OutgoingStream stream) => _alone.Add(stream);

    /// <summary>Wants a stream started over no more, if it was not asked for yet.</summary>
    public void Withdraw(OutgoingStream stream)
    {
        _waiting.Remove(stream);
        _alone.Remove(stream);
    }

    /// <summary>Whether a stream waits, or is in the request under way.</summary>
    public bool IsWaiting(ushort streamId) =>
        Contains(_waiting, streamId)
        || Contains(_alone, streamId)
        || Contains(_requested, streamId);

    /// <summary>The answer to our request did not come in time.</summary>
    public void HandleTimeout(Instant now)
    {
        if (RetryAt > now)
        {
            return;
        }

        RetryAt = Instant.Never;
        if (_requested.Count > 0)
        {
            health.HandleTimeout();
            _isRequestDue = true;
        }
    }

    /// <summary>Takes a RE-CONFIG chunk in, at most two parameters of it (RFC 6525 §3.1).</summary>
    public void HandleReconfig(SctpChunk chunk, Instant now)
    {
        var parameters = new SctpParameterEnumerator(chunk.Value);
        for (var count = 0; count < 2 && parameters.MoveNext(); count++)
        {
            switch (parameters.Type)
            {
                case SctpParameterType.OutgoingResetRequest:
                case SctpParameterType.IncomingResetRequest:
                    HandleRequest(parameters.Type, parameters.Value);
                    break;
                case SctpParameterType.SsnTsnResetRequest:
                case SctpParameterType.AddOutgoingStreams:
                case SctpParameterType.AddIncomingStreams:
                    Deny(parameters.Value);
                    break;
                case SctpParameterType.ReconfigResponse:
                    HandleResponse(parameters.Value, now);
                    break;
                case SctpParameterType.HeartbeatInfo:
                case SctpParameterType.IPv4Address:
                case SctpParameterType.IPv6Address:
                case SctpParameterType.StateCookie:
                case SctpParameterType.UnrecognizedParameter:
                case SctpParameterType.CookiePreservative:
                case SctpParameterType.SupportedAddressTypes:
                case SctpParameterType.SupportedExtensions:
                case SctpParameterType.ForwardTsnSupported:
                default:
                    break;
            }
        }
    }

    /// <summary>Adds what is due to a packet; false when that is nothing.</summary>
    public bool Write(ref SctpPacketWriter writer, Instant now)
    {
        var isAdded = false;
        if (_isResponseDue)
        {
            Span<byte> value = stackalloc byte[16];
            var parameters = new SctpParameterWriter(value);
            parameters.AddResponse(_lastResponse);
            isAdded = writer.TryAddChunk(SctpChunkType.ReConfig, 0, value[..parameters.Length]);
            _isResponseDue = !isAdded;
        }

        StartRequest();
        if (_isRequestDue && TryWriteRequest(ref writer))
        {
            isAdded = true;
            _isRequestDue = false;
            RetryAt = now + sender.Timeout.Value;
        }

        return isAdded;
    }

    private static bool Contains(List<OutgoingStream> streams, ushort id)
    {
        foreach (var stream in streams)
        {
            if (stream.Id == id)
            {
                return true;
            }
        }

        return false;
    }

    private void HandleRequest(SctpParameterType type, ReadOnlySpan<byte> value)
    {
        if (SctpResetRequest.TryParse(type, value, out var request) != SctpParseError.None)
        {
            return;
        }

        if (!IsNew(request.RequestSequence))
        {
            return;
        }

        var isReady =
            receiver.HasAllUpTo(request.LastTsn) || type == SctpParameterType.IncomingResetRequest;
        if (!isReady || receiver.IsCrowded(Math.Max(1, request.StreamCount)))
        {
            Respond(request.RequestSequence, SctpReconfigResult.InProgress);
            return;
        }

        if (type == SctpParameterType.OutgoingResetRequest)
        {
            ResetIncoming(request);
        }
        else
        {
            WantOutgoing(request);
        }

        Respond(request.RequestSequence, SctpReconfigResult.Performed);
    }

    /// <summary>Whether a request is to be carried out; a repeated one is answered as before, unless the
    /// answer was to try again.</summary>
    private bool IsNew(uint sequence)
    {
        if (sequence == _expectedRequest)
        {
            return true;
        }

        if (_hasLastResponse && sequence == _lastResponse.Sequence)
        {
            _isResponseDue = true;
            return _lastResponse.Result == SctpReconfigResult.InProgress;
        }

        return false;
    }

    private void ResetIncoming(in SctpResetRequest request)
    {
        if (request.StreamCount == 0)
        {
            receiver.ResetAllStreams();
        }

        for (var index = 0; index < request.StreamCount; index++)
        {
            receiver.ResetStream(request.StreamId(index));
        }
    }

    /// <summary>The peer wants our side started over: the channels decide, which close and so ask for it.
    /// Without a list it means all (RFC 6525 §4.2), which no data channel stack asks for.</summary>
    private void WantOutgoing(in SctpResetRequest request)
    {
        for (var index = 0; index < request.StreamCount; index++)
        {
            receiver.Enqueue(
                new() { Kind = ReceivedItemKind.ResetWanted, StreamId = request.StreamId(index) }
            );
        }
    }

    private void Deny(ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(uint))
        {
            return;
        }

        var sequence = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(value);
        if (IsNew(sequence))
        {
            Respond(sequence, SctpReconfigResult.Denied);
        }
    }

    private void Respond(uint sequence, SctpReconfigResult result)
    {
        _lastResponse = new(sequence, result);
        _hasLastResponse = true;
        _isResponseDue = true;
        _expectedRequest = unchecked(sequence + 1); // Wraps (RFC 6525 §4.1).
    }

    private void HandleResponse(ReadOnlySpan<byte> value, Instant now)
    {
        if (
            SctpReconfigResponse.TryParse(value, out var response) != SctpParseError.None
            || _requested.Count == 0
            || response.Sequence != _nextRequest
        )
        {
            return;
        }

        health.HandleAnswer();
        if (response.Result == SctpReconfigResult.InProgress)
        {
            // Asked again with the same number after a timeout (RFC 6525 §5.2.7).
            RetryAt = now + sender.Timeout.Value;
            _isRequestDue = false;
            return;
        }

        // Refused or not: nothing more comes of asking, and the channel has to end.
        foreach (var stream in _requested)
        {
            stream.NextSequence = 0;
            receiver.Enqueue(new() { Kind = ReceivedItemKind.OutgoingReset, StreamId = stream.Id });
        }

        _requested.Clear();
        _isRequestDue = false;
        _nextRequest = unchecked(_nextRequest + 1); // Wraps.
        RetryAt = Instant.Never;
    }

    private void StartRequest()
    {
        if (_requested.Count > 0)
        {
            return;
        }

        RequestWaiting();
        while (_requested.Count == 0 && _alone.Count > 0)
        {
            RequestOrEnd(_alone[0]);
            _alone.RemoveAt(0);
        }

        _isRequestDue = _requested.Count > 0;
    }

    /// <summary>Moves streams that are drained from the waiting ones into a request.</summary>
    private void RequestWaiting()
    {
        for (
            var index = 0;
            index < _waiting.Count && _requested.Count < StreamsPerRequestMax;
            index++
        )
        {
            var stream = _waiting[index];
            if (stream.MessageCount > 0)
            {
                continue;
            }

            _waiting.RemoveAt(index--);
            RequestOrEnd(stream);
        }
    }

    /// <summary>Puts a stream into the request, or says that it is over where the peer knows no requests.</summary>
    private void RequestOrEnd(OutgoingStream stream)
    {
        if (stream.Id < _resettableStreams)
        {
            _requested.Add(stream);
            return;
        }

        receiver.Enqueue(new() { Kind = ReceivedItemKind.OutgoingReset, StreamId = stream.Id });
        receiver.Enqueue(new() { Kind = ReceivedItemKind.IncomingReset, StreamId = stream.Id });
    }

    private bool TryWriteRequest(ref SctpPacketWriter writer)
    {
        Span<ushort> streams = stackalloc ushort[StreamsPerRequestMax];
        for (var index = 0; index < _requested.Count; index++)
        {
            streams[index] = _requested[index].Id;
        }

        Span<byte> value = stackalloc byte[16 + (2 * StreamsPerRequestMax)];
        var parameters = new SctpParameterWriter(value);
        parameters.AddOutgoingReset(
            _nextRequest,
            unchecked(_expectedRequest - 1), // The last that was answered (RFC 6525 §4.1).
            Tsn.Wire(sender.Outstanding.CumulativeAcked),
            streams[.._requested.Count]
        );
        return writer.TryAddChunk(SctpChunkType.ReConfig, 0, Trim(value, parameters.Length));
    }

    /// <summary>An odd number of streams leaves padding, which is no part of the chunk's length.</summary>
    private Span<byte> Trim(Span<byte> value, int length) =>
        value[..(length - (_requested.Count % 2 * sizeof(ushort)))];
}
