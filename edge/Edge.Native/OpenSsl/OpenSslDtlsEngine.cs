using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>A DTLS 1.2 connection on libssl.</summary>
/// <remarks>Threads: one owner, who also disposes it. Memory: some 48 KiB (measured) until it is disposed.</remarks>
internal sealed unsafe class OpenSslDtlsEngine : IDtlsEngine
{
    /// <summary>Largest datagram put up (RFC 8831 §5 and all WebRTC stacks: 1200 bytes).</summary>
    public const int MtuBytes = 1200;

    // Chosen: a flight is at most four datagrams at this MTU with the certificates of WebRTC.
    private const int OutputCountMax = 16;

    // After the 12th retransmission of a flight libssl gives up (DTLS1_TMO_ALERT_COUNT); we do not.
    private const int FreshCountMax = 12;

    // Chosen: the first ones are fresh, the later ones by turns, so that 12 last to our own deadline.
    private const int FreshInARow = 6;

    // Chosen: a datagram holds less than one record of application data of this size.
    private const int ReadBufferBytes = 4096;

    // Chosen: above the records that fit a datagram.
    private const int ReadCountMax = 128;

    private const byte TypeChangeCipherSpec = 20;
    private const int EpochOffset = 3;
    private const int SrtpProfileIdOffset = 1;
    private const int ExportedBytesMax = 88;

    private readonly DtlsRole _role;
    private readonly Queue<byte[]> _output = new();
    private readonly List<byte[]> _flight = [];
    private GCHandle _self;
    private nint _ssl;
    private byte* _input;
    private int _inputLength;
    private DtlsRetransmitClock _clock;
    private DtlsLastRecord _lastSent;
    private byte[] _data = [];
    private int _dataLength;
    private ulong _clearNumber;
    private bool _isNewFlight;
    private int _repeatCount;
    private int _freshCount;
    private byte[] _peerCertificate = [];

    /// <summary>Makes a connection of a context.</summary>
    public OpenSslDtlsEngine(nint context, DtlsRole role)
    {
        _role = role;
        LibCrypto.ERR_clear_error();
        _ssl = OpenSslException.ThrowIfNull(LibSsl.SSL_new(context), nameof(LibSsl.SSL_new));
        _self = GCHandle.Alloc(this);
        var bio = DatagramBio.Create(_self);
        LibSsl.SSL_set_bio(_ssl, bio, bio);
        if (role == DtlsRole.Server)
        {
            LibSsl.SSL_set_accept_state(_ssl);
        }
        else
        {
            LibSsl.SSL_set_connect_state(_ssl);
        }

        _ = LibSsl.SSL_ctrl(_ssl, LibSsl.ControlMtu, MtuBytes, null);
        DtlsRetransmitClock.Install(_ssl);
    }

    /// <inheritdoc/>
    public DtlsEngineStatus Status { get; private set; }

    /// <summary>Whether the SSL object is gone.</summary>
    internal bool IsDisposed => _ssl == 0;

    /// <inheritdoc/>
    public bool HasTransmit => _output.Count != 0;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> PeerCertificate => _peerCertificate;

    /// <inheritdoc/>
    public DtlsEngineStatus Start() => Step();

    /// <inheritdoc/>
    public DtlsEngineStatus HandleDatagram(ReadOnlySpan<byte> datagram)
    {
        _dataLength = 0;
        if (_ssl == 0 || Status == DtlsEngineStatus.Failed || datagram.IsEmpty)
        {
            return Status;
        }

        if (datagram[0] == TypeChangeCipherSpec && !IsChangeExpected())
        {
            return Status;
        }

        fixed (byte* input = datagram)
        {
            _input = input;
            _inputLength = datagram.Length;
            Step();
            _input = null;
        }

        return Status;
    }

    /// <inheritdoc/>
    public DtlsEngineStatus Retransmit()
    {
        if (_ssl == 0 || Status != DtlsEngineStatus.Handshaking)
        {
            return Status;
        }

        _repeatCount++;
        var isFresh =
            _freshCount < FreshCountMax && (_repeatCount <= FreshInARow || _repeatCount % 2 == 0);
        if (!isFresh || !TryRetransmitFresh())
        {
            RepeatFlight();
        }

        return Status;
    }

    /// <inheritdoc/>
    public int PollTransmit(Span<byte> destination)
    {
        while (_output.TryDequeue(out var datagram))
        {
            if (datagram.Length <= destination.Length)
            {
                datagram.CopyTo(destination);
                return datagram.Length;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    public bool TryExportSrtpKeys(DtlsRole role, out SrtpKeyingMaterial? keys)
    {
        keys = null;
        if (_ssl == 0 || _peerCertificate.Length == 0)
        {
            return false;
        }

        var selected = LibSsl.SSL_get_selected_srtp_profile(_ssl);
        var profile = selected is null
            ? SrtpProfile.None
            : (SrtpProfile)(ushort)selected[SrtpProfileIdOffset];
        var length = SrtpKeyingMaterial.ExportedBytes(profile);
        if (length == 0)
        {
            return false;
        }

        Span<byte> buffer = stackalloc byte[ExportedBytesMax];
        var exported = buffer[..length];
        var label = "EXTRACTOR-dtls_srtp"u8;
        LibCrypto.ERR_clear_error();
        fixed (byte* exportedPointer = exported)
        fixed (byte* labelPointer = label)
        {
            if (
                LibSsl.SSL_export_keying_material(
                    _ssl,
                    exportedPointer,
                    (nuint)length,
                    labelPointer,
                    (nuint)label.Length,
                    null,
                    0,
                    0
                ) != 1
            )
            {
                return false;
            }
        }

        keys = SrtpKeyingMaterial.FromExporter(profile, role, exported);
        buffer.Clear();
        return true;
    }

    /// <inheritdoc/>
    public bool TryExportRecordKeys(DtlsRole role, [NotNullWhen(true)] out DtlsRecordKeys? keys)
    {
        keys =
            _ssl == 0 || Status != DtlsEngineStatus.Connected
                ? null
                : DtlsKeyExport.TryExport(_ssl, role, _lastSent);
        LibCrypto.ERR_clear_error();
        return keys is not null;
    }

    /// <inheritdoc/>
    public bool HasData => _dataLength != 0;

    /// <inheritdoc/>
    public int ReadData(Span<byte> destination)
    {
        var length = Math.Min(_dataLength, destination.Length);
        _data.AsSpan(0, length).CopyTo(destination);
        _dataLength = 0;
        return length;
    }

    /// <inheritdoc/>
    public bool Send(ReadOnlySpan<byte> data)
    {
        if (_ssl == 0 || Status != DtlsEngineStatus.Connected || data.IsEmpty)
        {
            return false;
        }

        LibCrypto.ERR_clear_error();
        fixed (byte* pointer = data)
        {
            return LibSsl.SSL_write(_ssl, pointer, data.Length) == data.Length;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (_ssl == 0 || Status is DtlsEngineStatus.Handshaking or DtlsEngineStatus.Failed)
        {
            return;
        }

        LibCrypto.ERR_clear_error();
        _ = LibSsl.SSL_shutdown(_ssl);
    }

    /// <inheritdoc/>
    public void Dispose() => Free();

    /// <summary>Gives libssl the datagram that came, once.</summary>
    internal bool TryTakeInput(Span<byte> destination, out int taken)
    {
        taken = 0;
        if (_input is null)
        {
            return false;
        }

        taken = Math.Min(_inputLength, destination.Length);
        new ReadOnlySpan<byte>(_input, taken).CopyTo(destination);
        _input = null;
        RenumberClear(destination[..taken]);
        return true;
    }

    /// <summary>Gives a record in the clear a number of ours. The peer's own says nothing, since anybody can
    /// write it, but libssl drops what lies behind the highest it saw: one forged high number would
    /// keep the rest of the handshake out.</summary>
    private void RenumberClear(Span<byte> record)
    {
        if (
            record.Length >= DtlsLastRecord.HeaderBytes
            && BinaryPrimitives.ReadUInt16BigEndian(record[EpochOffset..]) == 0
        )
        {
            // The epoch's two bytes, which are 0, stand before the 48 bits of the number.
            BinaryPrimitives.WriteUInt64BigEndian(record[EpochOffset..], _clearNumber++);
        }
    }

    /// <summary>Takes a datagram that libssl sends.</summary>
    internal void TakeOutput(ReadOnlySpan<byte> datagram)
    {
        _lastSent.Note(datagram);
        if (_isNewFlight)
        {
            _isNewFlight = false;
            _flight.Clear();
        }

        if (_output.Count >= OutputCountMax || _flight.Count >= OutputCountMax)
        {
            return;
        }

        var copy = datagram.ToArray();
        _output.Enqueue(copy);
        if (Status == DtlsEngineStatus.Handshaking)
        {
            _flight.Add(copy);
        }
    }

    /// <summary>Hears where libssl keeps its retransmission deadline.</summary>
    internal void NoteDeadline(nint deadline) => _clock.Note(deadline);

    private void Free()
    {
        if (_ssl == 0)
        {
            return;
        }

        LibSsl.SSL_free(_ssl);
        _ssl = 0;
        _self.Free();
    }

    /// <summary>Goes on with the handshake, then reads what came behind it.</summary>
    private DtlsEngineStatus Step()
    {
        LibCrypto.ERR_clear_error();
        var outputBefore = _output.Count;
        _isNewFlight = true;
        if (Status == DtlsEngineStatus.Handshaking)
        {
            var result = LibSsl.SSL_do_handshake(_ssl);
            if (result == 1)
            {
                ReadPeerCertificate();
                Status = DtlsEngineStatus.Connected;
            }
            else if (!IsWaiting(result))
            {
                Status = DtlsEngineStatus.Failed;
            }
        }

        if (Status == DtlsEngineStatus.Handshaking && _output.Count > outputBefore)
        {
            _repeatCount = 0;
            _freshCount = 0;
        }

        if (Status == DtlsEngineStatus.Connected)
        {
            Read();
        }

        LibCrypto.ERR_clear_error();
        return Status;
    }

    /// <summary>Reads application data and keeps the first piece: input is one record at a time, more comes
    /// only of records that libssl kept from before the handshake's end. Alerts and repeated flights
    /// are dealt with on the way.</summary>
    private void Read()
    {
        var buffer = stackalloc byte[ReadBufferBytes];
        for (var count = 0; count < ReadCountMax; count++)
        {
            var result = LibSsl.SSL_read(_ssl, buffer, ReadBufferBytes);
            if (result > 0)
            {
                Keep(new(buffer, result));
                continue;
            }

            if (LibSsl.SSL_get_error(_ssl, result) == LibSsl.ErrorZeroReturn)
            {
                Status = DtlsEngineStatus.ClosedByPeer;
            }
            else if (!IsWaiting(result))
            {
                Status = DtlsEngineStatus.Failed;
            }

            return;
        }
    }

    private void Keep(ReadOnlySpan<byte> data)
    {
        if (_dataLength != 0)
        {
            return;
        }

        _data = _data.Length == 0 ? new byte[ReadBufferBytes] : _data;
        data.CopyTo(_data);
        _dataLength = data.Length;
    }

    /// <summary>Whether change_cipher_spec is the next step: a server has read the client's signature, a
    /// client has sent its Finished. OpenSSL 3.0 drops an early one, which is forged or came before the
    /// rest of its flight and comes again with it; 3.5 ends the connection (measured).</summary>
    private bool IsChangeExpected()
    {
        var step = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(
            LibSsl.SSL_state_string(_ssl)
        );
        return step.SequenceEqual("TRCV"u8) || step.SequenceEqual("TWFIN"u8);
    }

    private bool IsWaiting(int result) =>
        LibSsl.SSL_get_error(_ssl, result) is LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite;

    /// <summary>Has libssl send the flight again, in records with new sequence numbers.</summary>
    private bool TryRetransmitFresh()
    {
        LibCrypto.ERR_clear_error();
        _isNewFlight = true;
        _clock.TryExpire();
        var result = LibSsl.SSL_ctrl(_ssl, LibSsl.ControlHandleTimeout, 0, null);
        LibCrypto.ERR_clear_error();
        if (result < 0)
        {
            Status = DtlsEngineStatus.Failed;
            return true;
        }

        if (result > 0)
        {
            _freshCount++;
        }

        return result > 0;
    }

    /// <summary>Sends the flight again byte for byte. The peer drops the records that it has already,
    /// which is no loss: it is those that it lacks that it waits for.</summary>
    private void RepeatFlight()
    {
        foreach (var datagram in _flight)
        {
            if (_output.Count < OutputCountMax)
            {
                _output.Enqueue(datagram);
            }
        }
    }

    private void ReadPeerCertificate()
    {
        var certificate = LibSsl.SSL_get1_peer_certificate(_ssl);
        if (certificate == 0)
        {
            return;
        }

        var length = LibCrypto.i2d_X509(certificate, null);
        if (length > 0)
        {
            _peerCertificate = new byte[length];
            fixed (byte* pointer = _peerCertificate)
            {
                var end = pointer;
                _ = LibCrypto.i2d_X509(certificate, &end);
            }
        }

        LibCrypto.X509_free(certificate);
    }
}
