using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Protocol.Dtls;

/// <content>How it goes on in another process: before its handshake has begun, and once it is over and the library let go.
/// </content>
public sealed partial class DtlsAssociation
{
    /// <summary>As many as are read of a description.</summary>
    private const int FingerprintsMax = 8;

    /// <summary>Whether all that is left of it are keys and numbers.</summary>
    [MemberNotNullWhen(true, nameof(_records))]
    internal bool CanMove => State == DtlsState.Connected && _records is not null;

    /// <summary>Whether nothing was sent or taken yet.</summary>
    internal bool IsNew => State == DtlsState.New;

    /// <summary>What its handshake was made with, or will be.</summary>
    internal IDtlsEngineFactory Engines => _engines;

    /// <summary>Writes it while it <see cref="CanMove"/> or <see cref="IsNew"/>. A new one has no records, which the version before
    /// refuses.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bool(Role == DtlsRole.Client);
        if (Keys is null)
        {
            writer.Nothing();
        }
        else
        {
            Keys.Write(writer);
        }

        if (_records is null)
        {
            writer.Nothing();
        }
        else
        {
            _records.Write(writer);
        }

        writer.Int(_recordsIgnored);
        writer.Int(_enginesFailed);
        writer.Int(_flightsRepeated);
        var expected = writer.Begin();
        foreach (var fingerprint in IsNew ? _expected : [])
        {
            writer.Text(fingerprint.ToString());
        }

        writer.End(expected);
        writer.End(outer);
    }

    /// <summary>Reads what was written; null when it is nothing usable.</summary>
    internal static DtlsAssociation? Read(
        ref StateReader reader,
        IDtlsEngineFactory engines,
        ISrtpCipherFactory ciphers
    )
    {
        var outer = reader.BeginWhole(valuesMin: 6);
        var role = reader.Bool() ? DtlsRole.Client : DtlsRole.Server;
        var association = new DtlsAssociation(engines, role, [], DtlsOptions.Default, ciphers)
        {
            Keys = reader.IsNothing() ? null : SrtpKeyingMaterial.Read(ref reader),
        };
        var isNew = reader.IsNothing();
        association.State = isNew ? DtlsState.New : DtlsState.Connected;
        association._records = isNew ? null : DtlsRecordLayer.Read(ref reader, ciphers);
        association._recordsIgnored = reader.Count();
        association._enginesFailed = reader.Count();
        association._flightsRepeated = reader.Count();
        association._expected = ReadExpected(ref reader);
        reader.End(outer);
        if (isNew && (association.Keys is not null || association._expected.IsEmpty))
        {
            // Keys of no handshake, or one that anybody could make.
            reader.Break();
        }

        if (!reader.IsBroken)
        {
            return association;
        }

        association.Dispose();
        return null;
    }

    /// <summary>Ends without a word, because another process goes on with it: nothing can be sent or read here any
    /// more.</summary>
    internal void Abandon()
    {
        _records?.Dispose();
        _records = null;
        _candidates.Dispose();
        _events.Clear();
        _wantsGoodbye = false;
        EraseKeys();
        End(DtlsState.Closed);
    }

    private static ImmutableArray<CertificateFingerprint> ReadExpected(ref StateReader reader)
    {
        var group = reader.Begin(FingerprintsMax, out var count);
        var expected = ImmutableArray.CreateBuilder<CertificateFingerprint>(count);
        for (var index = 0; index < count && !reader.IsBroken; index++)
        {
            var text = reader.Text(CertificateFingerprint.TextLengthMax);
            if (CertificateFingerprint.TryParse(text, out var fingerprint))
            {
                expected.Add(fingerprint);
            }
            else
            {
                reader.Break();
            }
        }

        reader.End(group);
        return reader.IsBroken ? [] : expected.ToImmutable();
    }

    private void EraseKeys()
    {
        Keys?.Clear();
        Keys = null;
    }
}
