namespace Edge.Protocol.Dtls;

/// <content>Records after the handshake: application data, and the hand-over from the library to our own
/// record layer.</content>
public sealed partial class DtlsAssociation
{
    // Chosen: an SCTP packet fills no more than a datagram.
    private const int DataBytesMax = 2048;

    private const int AlertBytes = 2;
    private const byte LevelWarning = 1;
    private const byte CloseNotify = 0;

    /// <summary>Notes that the peer uses the keys, and so has our last flight: what only a handshake needs
    /// is freed, and the record layer goes on alone. Do not call it for anything that is not
    /// authenticated.</summary>
    /// <remarks>With a cipher suite that the record layer does not know, the engine stays.</remarks>
    public void HandleKeysUsed()
    {
        if (
            State == DtlsState.Connected
            && _records is null
            && _candidates.Latest is { Engine.HasTransmit: false } latest
            && latest.Engine.TryExportRecordKeys(Role, out var keys)
        )
        {
            _records = new DtlsRecordLayer(keys, _ciphers, _receivedNumber);
            if (_isLimited)
            {
                _records.LimitNumbers();
            }

            _readBuffer = null;
            _candidates.Dispose();
        }
    }

    /// <summary>Encrypts application data that stands in the buffer at
    /// <see cref="DtlsRecordLayer.TextOffset"/>, and writes the datagram that carries it.</summary>
    /// <returns>The datagram's length; 0 when not connected, or when it does not fit.</returns>
    public int Protect(Span<byte> destination, int dataLength)
    {
        if (State != DtlsState.Connected)
        {
            return 0;
        }

        if (_records is not null)
        {
            return _records.Seal(DtlsRecord.TypeApplicationData, destination, dataLength);
        }

        var text = destination.Slice(DtlsRecordLayer.TextOffset, dataLength);
        return _candidates.Latest is { } latest && latest.Engine.Send(text)
            ? latest.Engine.PollTransmit(destination)
            : 0;
    }

    /// <summary>A record of a connection that has no engine any more. It is authentic or changes nothing.</summary>
    private ReadOnlySpan<byte> HandleProtected(Span<byte> record, byte type)
    {
        if (State != DtlsState.Connected || !_records!.TryOpen(record, out var text))
        {
            _recordsIgnored++;
            return default;
        }

        if (type == DtlsRecord.TypeApplicationData)
        {
            return text;
        }

        if (type == DtlsRecord.TypeAlert && text.Length == AlertBytes && text[1] == CloseNotify)
        {
            SayGoodbye();
            End(DtlsState.Closed);
            _events.Enqueue(new(DtlsEventKind.ClosedByPeer, DtlsFailure.None));
        }

        return default;
    }

    /// <summary>Takes what the engine made of a record. Data shows that the peer has our last flight.</summary>
    /// <remarks>Data that came before Finished is noted under Finished's number, so that a copy of it may be
    /// read once more: SCTP drops it by its TSN.</remarks>
    private ReadOnlySpan<byte> ReadData(scoped in DtlsRecord record)
    {
        if (
            State != DtlsState.Connected
            || _candidates.Latest is not { Engine.HasData: true } latest
        )
        {
            return default;
        }

        var buffer = _readBuffer ??= new byte[DataBytesMax];
        var length = latest.Engine.ReadData(buffer);
        _receivedNumber = Math.Max(_receivedNumber, record.Number);
        HandleKeysUsed();
        return buffer.AsSpan(0, length);
    }

    private void SayGoodbye()
    {
        _wantsGoodbye = _records is not null;
        _candidates.Latest?.Engine.Close();
    }

    /// <summary>RFC 5246 §7.2.1.</summary>
    private static int WriteGoodbye(Span<byte> destination, DtlsRecordLayer records)
    {
        if (destination.Length < DtlsRecordLayer.TextOffset + AlertBytes)
        {
            return 0;
        }

        destination[DtlsRecordLayer.TextOffset] = LevelWarning;
        destination[DtlsRecordLayer.TextOffset + 1] = CloseNotify;
        return records.Seal(DtlsRecord.TypeAlert, destination, AlertBytes);
    }
}
