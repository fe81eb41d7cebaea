using System.Diagnostics.CodeAnalysis;
using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Protocol.Dtls;

/// <content>How it goes on in another process once its handshake is over and the library let go.</content>
public sealed partial class DtlsAssociation
{
    /// <summary>Whether all that is left of it are keys and numbers.</summary>
    [MemberNotNullWhen(true, nameof(_records))]
    internal bool CanMove => State == DtlsState.Connected && _records is not null;

    /// <summary>What its handshake was made with.</summary>
    internal IDtlsEngineFactory Engines => _engines;

    /// <summary>Writes it while it <see cref="CanMove"/>.</summary>
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

        _records?.Write(writer);
        writer.Int(_recordsIgnored);
        writer.Int(_enginesFailed);
        writer.Int(_flightsRepeated);
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
            State = DtlsState.Connected,
            Keys = reader.IsNothing() ? null : SrtpKeyingMaterial.Read(ref reader),
        };
        association._records = DtlsRecordLayer.Read(ref reader, ciphers);
        association._recordsIgnored = reader.Count();
        association._enginesFailed = reader.Count();
        association._flightsRepeated = reader.Count();
        reader.End(outer);
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

    private void EraseKeys()
    {
        Keys?.Clear();
        Keys = null;
    }
}
