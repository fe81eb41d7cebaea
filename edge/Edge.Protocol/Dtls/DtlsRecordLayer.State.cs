using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Protocol.Dtls;

/// <content>How it goes on in another process: no number and no nonce is used twice.</content>
public sealed partial class DtlsRecordLayer
{
    private const int KeyBytesShort = 16;
    private const int KeyBytesLong = 32;
    private const int EpochShift = 48;

    private DtlsRecordLayer(DtlsRecordKeys keys, ISrtpCipherFactory ciphers)
    {
        _keys = keys;
        _ciphers = ciphers;
        _number = keys.SentNumber;
        _nonce = keys.SentNonce;
    }

    /// <summary>Writes keys and numbers.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bytes(_keys.WriteKey);
        writer.Bytes(_keys.WriteSalt);
        writer.Bytes(_keys.ReadKey);
        writer.Bytes(_keys.ReadSalt);
        writer.UInt(_number);
        writer.UInt(_nonce);
        _replays.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written; null when it is nothing usable.</summary>
    internal static DtlsRecordLayer? Read(ref StateReader reader, ISrtpCipherFactory ciphers)
    {
        var outer = reader.BeginWhole(valuesMin: 7);
        var keys = new DtlsRecordKeys
        {
            WriteKey = reader.Bytes(KeyBytesLong).ToArray(),
            WriteSalt = reader.Bytes(SaltBytes).ToArray(),
            ReadKey = reader.Bytes(KeyBytesLong).ToArray(),
            ReadSalt = reader.Bytes(SaltBytes).ToArray(),
            SentNumber = reader.UInt(),
            SentNonce = reader.UInt(),
        };
        var records = new DtlsRecordLayer(keys, ciphers);
        records._replays.Read(ref reader);
        reader.End(outer);
        if (!IsUsable(keys))
        {
            reader.Break();
        }

        if (!reader.IsBroken)
        {
            return records;
        }

        records.Dispose();
        return null;
    }

    private static bool IsUsable(DtlsRecordKeys keys) =>
        keys.WriteKey.Length is KeyBytesShort or KeyBytesLong
        && keys.ReadKey.Length == keys.WriteKey.Length
        && keys.WriteSalt.Length == SaltBytes
        && keys.ReadSalt.Length == SaltBytes
        && keys.SentNumber >> EpochShift != 0;
}
