using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Testing;

/// <summary>A seeded double of the DTLS library for simulations: a handshake of four small datagrams, keys
/// that follow from the seeds, no cryptography.</summary>
/// <remarks>
/// Shape: each message is one DTLS record of type handshake whose first message header passes for a step
/// of a real handshake, so that demultiplexing and the record gate treat it as one. Client and server
/// exchange hello (random), hello (random, certificate), finish (certificate), finish. The exported keys
/// are a hash of both randoms. The handshake offers no protection at all.
/// </remarks>
/// <param name="random">Where randoms and the certificate come from.</param>
/// <param name="profile">The SRTP profile agreed on.</param>
public sealed class DtlsDouble(Prng random, SrtpProfile profile = SrtpProfile.AeadAes128Gcm)
    : IDtlsEngineFactory
{
    private const int CertificateBytes = 32;

    private readonly Prng _random = random;
    private readonly byte[] _certificate = Draw(random, CertificateBytes);

    /// <summary>What its records are protected with after the handshake: connections can then go on without it, and in another
    /// process, as those of the library can. Null, the default: their records have no protection, and the engine stays. Both
    /// ends have it, or neither.</summary>
    public ISrtpCipherFactory? RecordCiphers { get; init; }

    /// <inheritdoc/>
    public CertificateFingerprint LocalFingerprint =>
        new("sha-256", BitConverter.ToString(SHA256.HashData(_certificate)).Replace('-', ':'));

    /// <inheritdoc/>
    public IDtlsEngine Create(DtlsRole role) =>
        new Engine(role, profile, _certificate, Draw(_random, Engine.RandomBytes), RecordCiphers);

    private static byte[] Draw(Prng random, int count)
    {
        var bytes = new byte[count];
        random.Fill(bytes);
        return bytes;
    }

    private sealed class Engine(
        DtlsRole role,
        SrtpProfile profile,
        byte[] certificate,
        byte[] localRandom,
        ISrtpCipherFactory? ciphers
    ) : IDtlsEngine
    {
        public const int RandomBytes = 32;

        private const int VersionBytes = 2;
        private const int RecordHeaderBytes = 13;
        private const int MessageHeaderBytes = 12;
        private const byte RecordAlert = 21;
        private const byte RecordHandshake = 22;
        private const byte RecordData = 23;
        private const int DataProofBytes = 16;
        private const byte ClientHello = 1;
        private const byte ServerHello = 2;
        private const byte ClientFinish = 11;
        private const byte ServerFinish = 14;
        private const int KeyBytes = 16;
        private const int SaltBytes = 4;
        private const ulong EpochOne = 1UL << 48;
        private const byte CloseNotify = 0;

        private readonly Queue<byte[]> _output = new();
        private byte[]? _flight;
        private byte[] _remoteRandom = [];
        private byte[] _remoteCertificate = [];
        private long _recordNumber;
        private byte[] _data = [];
        private DtlsRecordLayer? _records;
        private ulong _recordsSealed;
        private ulong _lastPlainNumber;

        public DtlsEngineStatus Status { get; private set; }

        public bool HasTransmit => _output.Count != 0;

        public ReadOnlySpan<byte> PeerCertificate =>
            Status == DtlsEngineStatus.Handshaking ? [] : _remoteCertificate;

        public DtlsEngineStatus Start()
        {
            if (role == DtlsRole.Client)
            {
                // The version stands before the random, as in a real ClientHello.
                Send(ClientHello, [0xFE, 0xFD, .. localRandom]);
            }

            return Status;
        }

        public DtlsEngineStatus HandleDatagram(ReadOnlySpan<byte> datagram)
        {
            if (datagram.Length < RecordHeaderBytes || Status == DtlsEngineStatus.Failed)
            {
                return Status;
            }

            if (_records is not null && datagram[0] is RecordAlert or RecordData)
            {
                HandleRecord([.. datagram]);
                return Status;
            }

            var isProtected = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]) != 0;
            if (datagram[0] == RecordAlert && isProtected)
            {
                HandleGoodbye(datagram[RecordHeaderBytes..]);
            }
            else if (datagram[0] == RecordData && isProtected)
            {
                HandleData(datagram[RecordHeaderBytes..]);
            }
            else if (
                datagram[0] == RecordHandshake
                && datagram.Length >= RecordHeaderBytes + MessageHeaderBytes
            )
            {
                HandleMessage(
                    datagram[RecordHeaderBytes],
                    datagram[(RecordHeaderBytes + MessageHeaderBytes)..]
                );
            }

            return Status;
        }

        public DtlsEngineStatus Retransmit()
        {
            if (_flight is not null && Status == DtlsEngineStatus.Handshaking)
            {
                _output.Enqueue(_flight);
            }

            return Status;
        }

        public int PollTransmit(Span<byte> destination)
        {
            if (!_output.TryDequeue(out var datagram))
            {
                return 0;
            }

            datagram.CopyTo(destination);
            return datagram.Length;
        }

        public bool TryExportSrtpKeys(DtlsRole localRole, out SrtpKeyingMaterial? keys)
        {
            keys = null;
            var length = SrtpKeyingMaterial.ExportedBytes(profile);
            if (Status == DtlsEngineStatus.Handshaking || length == 0)
            {
                return false;
            }

            var exported = HKDF.Expand(HashAlgorithmName.SHA256, Secret(), length);
            keys = SrtpKeyingMaterial.FromExporter(profile, localRole, exported);
            return true;
        }

        public bool TryExportRecordKeys(
            DtlsRole localRole,
            [NotNullWhen(true)] out DtlsRecordKeys? keys
        )
        {
            keys = _records is null ? null : RecordKeys();
            return keys is not null;
        }

        public bool HasData => _data.Length != 0;

        public int ReadData(Span<byte> destination)
        {
            var length = _data.Length;
            _data.CopyTo(destination);
            _data = [];
            return length;
        }

        public bool Send(ReadOnlySpan<byte> data)
        {
            if (Status != DtlsEngineStatus.Connected)
            {
                return false;
            }

            if (_records is not null)
            {
                return TrySeal(RecordData, data);
            }

            _output.Enqueue(Record(RecordData, epoch: 1, [.. Proof()[..DataProofBytes], .. data]));
            return true;
        }

        public void Close()
        {
            if (_records is not null)
            {
                _ = TrySeal(RecordAlert, [1, CloseNotify]);
            }
            else if (Status is DtlsEngineStatus.Connected or DtlsEngineStatus.ClosedByPeer)
            {
                _output.Enqueue(Record(RecordAlert, epoch: 1, Proof()));
            }
        }

        public void Dispose()
        {
            _output.Clear();
            _records?.Dispose();
        }

        private void HandleMessage(byte type, ReadOnlySpan<byte> body)
        {
            switch (type)
            {
                case ClientHello
                    when role == DtlsRole.Server && body.Length == VersionBytes + RandomBytes:
                    _remoteRandom = body[VersionBytes..].ToArray();
                    Send(ServerHello, [.. localRandom, .. certificate]);
                    return;
                // The first alone, as by its number in a real handshake: what the server says to another's hello that came from
                // this client's address does not take its place.
                case ServerHello
                    when role == DtlsRole.Client
                        && body.Length == RandomBytes + CertificateBytes
                        && Status == DtlsEngineStatus.Handshaking
                        && (
                            _remoteRandom.Length == 0
                            || body[..RandomBytes].SequenceEqual(_remoteRandom)
                        ):
                    _remoteRandom = body[..RandomBytes].ToArray();
                    _remoteCertificate = body[RandomBytes..].ToArray();
                    Send(ClientFinish, [.. Proof(), .. certificate]);
                    return;
                case ClientFinish when _records is not null && IsOfThisConnection(body):
                    // A repeat. Numbers belong to the record layer by now.
                    _output.Enqueue(_flight!);
                    return;
                case ClientFinish when role == DtlsRole.Server && IsOfThisConnection(body):
                    _remoteCertificate = body[RandomBytes..].ToArray();
                    Send(ServerFinish, Proof());
                    Connect();
                    return;
                case ServerFinish when role == DtlsRole.Client && IsOfThisConnection(body):
                    Connect();
                    return;
                case ClientHello:
                case ServerHello:
                case ClientFinish:
                case ServerFinish:
                    return;
                default:
                    // As a library would: something that nobody can go on after.
                    Status =
                        Status == DtlsEngineStatus.Handshaking ? DtlsEngineStatus.Failed : Status;
                    return;
            }
        }

        private void Connect()
        {
            if (Status != DtlsEngineStatus.Handshaking)
            {
                return;
            }

            Status = DtlsEngineStatus.Connected;
            if (ciphers is not null)
            {
                _lastPlainNumber = (ulong)_recordNumber;
                _records = new DtlsRecordLayer(RecordKeys(), ciphers, receivedNumber: 0);
            }
        }

        private DtlsRecordKeys RecordKeys()
        {
            var isClient = role == DtlsRole.Client;
            var exported = HKDF.Expand(
                HashAlgorithmName.SHA256,
                Secret(),
                2 * (KeyBytes + SaltBytes),
                "records"u8.ToArray()
            );
            var ofClient = exported.AsSpan(0, KeyBytes + SaltBytes);
            var ofServer = exported.AsSpan(KeyBytes + SaltBytes);
            var write = isClient ? ofClient : ofServer;
            var read = isClient ? ofServer : ofClient;
            return new DtlsRecordKeys
            {
                WriteKey = write[..KeyBytes].ToArray(),
                WriteSalt = write[KeyBytes..].ToArray(),
                ReadKey = read[..KeyBytes].ToArray(),
                ReadSalt = read[KeyBytes..].ToArray(),
                SentNumber = EpochOne + _lastPlainNumber + _recordsSealed,
                SentNonce = _recordsSealed,
            };
        }

        private bool TrySeal(byte type, ReadOnlySpan<byte> text)
        {
            var record = new byte[
                DtlsRecordLayer.TextOffset + text.Length + DtlsRecordLayer.TagBytes
            ];
            text.CopyTo(record.AsSpan(DtlsRecordLayer.TextOffset));
            _recordsSealed++;
            var isSealed = _records!.Seal(type, record, text.Length) > 0;
            if (isSealed)
            {
                _output.Enqueue(record);
            }

            return isSealed;
        }

        private void HandleRecord(Span<byte> record)
        {
            if (
                Status != DtlsEngineStatus.Connected
                || !_records!.TryOpen(record, out var text)
                || text.IsEmpty
            )
            {
                return;
            }

            if (record[0] == RecordData)
            {
                _data = text.ToArray();
            }
            else if (text[^1] == CloseNotify)
            {
                Status = DtlsEngineStatus.ClosedByPeer;
            }
        }

        private void HandleGoodbye(ReadOnlySpan<byte> body)
        {
            if (Status == DtlsEngineStatus.Connected && IsOfThisConnection(body))
            {
                Status = DtlsEngineStatus.ClosedByPeer;
            }
        }

        private void HandleData(ReadOnlySpan<byte> body)
        {
            if (
                Status == DtlsEngineStatus.Connected
                && body.Length > DataProofBytes
                && body[..DataProofBytes].SequenceEqual(Proof().AsSpan(0, DataProofBytes))
            )
            {
                _data = body[DataProofBytes..].ToArray();
            }
        }

        private bool IsOfThisConnection(ReadOnlySpan<byte> body) =>
            _remoteRandom.Length != 0
            && body.Length >= RandomBytes
            && body[..RandomBytes].SequenceEqual(Proof());

        /// <summary>Stands for the authentication of a record: only the two peers know both randoms.</summary>
        private byte[] Proof() => SHA256.HashData(Secret());

        private byte[] Secret()
        {
            var isClient = role == DtlsRole.Client;
            return
            [
                .. isClient ? localRandom : _remoteRandom,
                .. isClient ? _remoteRandom : localRandom,
            ];
        }

        private void Send(byte type, ReadOnlySpan<byte> body)
        {
            var message = new byte[MessageHeaderBytes + body.Length];
            message[0] = type;
            message[3] = (byte)body.Length;
            message[11] = (byte)body.Length;
            body.CopyTo(message.AsSpan(MessageHeaderBytes));
            var isHello = type is ClientHello or ServerHello;
            _flight = Record(RecordHandshake, isHello ? (byte)0 : (byte)1, message);
            _output.Enqueue(_flight);
        }

        private byte[] Record(byte type, byte epoch, ReadOnlySpan<byte> fragment)
        {
            var record = new byte[RecordHeaderBytes + fragment.Length];
            record[0] = type;
            BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(1), 0xFEFD);
            record[4] = epoch;
            BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(7), (uint)_recordNumber++);
            BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(11), (ushort)fragment.Length);
            fragment.CopyTo(record.AsSpan(RecordHeaderBytes));
            return record;
        }
    }
}
