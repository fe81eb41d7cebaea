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
/// are a hash of both randoms. It offers no protection at all.
/// </remarks>
/// <param name="random">Where randoms and the certificate come from.</param>
/// <param name="profile">The SRTP profile agreed on.</param>
public sealed class DtlsDouble(Prng random, SrtpProfile profile = SrtpProfile.AeadAes128Gcm)
    : IDtlsEngineFactory
{
    private const int CertificateBytes = 32;

    private readonly Prng _random = random;
    private readonly byte[] _certificate = Draw(random, CertificateBytes);

    /// <inheritdoc/>
    public CertificateFingerprint LocalFingerprint =>
        new("sha-256", BitConverter.ToString(SHA256.HashData(_certificate)).Replace('-', ':'));

    /// <inheritdoc/>
    public IDtlsEngine Create(DtlsRole role) =>
        new Engine(role, profile, _certificate, Draw(_random, Engine.RandomBytes));

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
        byte[] localRandom
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

        private readonly Queue<byte[]> _output = new();
        private byte[]? _flight;
        private byte[] _remoteRandom = [];
        private byte[] _remoteCertificate = [];
        private long _recordNumber;
        private byte[] _data = [];

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

            var isClient = localRole == DtlsRole.Client;
            byte[] secret =
            [
                .. isClient ? localRandom : _remoteRandom,
                .. isClient ? _remoteRandom : localRandom,
            ];
            var exported = HKDF.Expand(HashAlgorithmName.SHA256, secret, length);
            keys = SrtpKeyingMaterial.FromExporter(profile, localRole, exported);
            return true;
        }

        /// <summary>There are no keys that a record layer could take: the engine stays.</summary>
        public bool TryExportRecordKeys(
            DtlsRole localRole,
            [NotNullWhen(true)] out DtlsRecordKeys? keys
        )
        {
            keys = null;
            return false;
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

            _output.Enqueue(Record(RecordData, epoch: 1, [.. Proof()[..DataProofBytes], .. data]));
            return true;
        }

        public void Close()
        {
            if (Status is DtlsEngineStatus.Connected or DtlsEngineStatus.ClosedByPeer)
            {
                _output.Enqueue(Record(RecordAlert, epoch: 1, Proof()));
            }
        }

        public void Dispose() => _output.Clear();

        private void HandleMessage(byte type, ReadOnlySpan<byte> body)
        {
            switch (type)
            {
                case ClientHello
                    when role == DtlsRole.Server && body.Length == VersionBytes + RandomBytes:
                    _remoteRandom = body[VersionBytes..].ToArray();
                    Send(ServerHello, [.. localRandom, .. certificate]);
                    return;
                case ServerHello
                    when role == DtlsRole.Client
                        && body.Length == RandomBytes + CertificateBytes
                        && Status == DtlsEngineStatus.Handshaking:
                    _remoteRandom = body[..RandomBytes].ToArray();
                    _remoteCertificate = body[RandomBytes..].ToArray();
                    Send(ClientFinish, [.. Proof(), .. certificate]);
                    return;
                case ClientFinish when role == DtlsRole.Server && IsOfThisConnection(body):
                    _remoteCertificate = body[RandomBytes..].ToArray();
                    Send(ServerFinish, Proof());
                    Status = DtlsEngineStatus.Connected;
                    return;
                case ServerFinish when role == DtlsRole.Client && IsOfThisConnection(body):
                    Status = DtlsEngineStatus.Connected;
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
        private byte[] Proof()
        {
            var isClient = role == DtlsRole.Client;
            return SHA256.HashData([
                .. isClient ? localRandom : _remoteRandom,
                .. isClient ? _remoteRandom : localRandom,
            ]);
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
