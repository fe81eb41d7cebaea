using System.Collections.Immutable;
using System.Globalization;
using Edge.Wire.Sdp.Attributes;

namespace Edge.Wire.Sdp.Reading;

/// <summary>Gathers <c>a=extmap</c>, <c>a=rid</c> and <c>a=simulcast</c> lines.</summary>
internal sealed class EncodingTable
{
    private const int ExtensionIdMax = 255;
    private const string OldRidPrefix = "rid=";

    private readonly List<SdpExtension> _extensions = [];
    private readonly List<SdpRid> _rids = [];
    private SdpSimulcast? _simulcast;

    /// <summary><c>8/sendonly uri attributes</c> (RFC 8285 §5). Identifiers from 256 up only exist to be
    /// renumbered by an answer, which nobody does: they are skipped, as a second line of one id is.</summary>
    public SdpErrorKind ReadExtension(ReadOnlySpan<char> value)
    {
        var mapping = SdpWords.TakeFirst(value, out var rest);
        var uri = SdpWords.TakeFirst(rest, out _);
        var slash = mapping.IndexOf('/');
        var direction = SdpDirection.SendReceive;
        if (
            uri.IsEmpty
            || !int.TryParse(
                slash < 0 ? mapping : mapping[..slash],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var id
            )
            || id is 0 or > ExtensionIdMax
            || (slash >= 0 && !SdpDirectionText.TryParse(mapping[(slash + 1)..], out direction))
            || _extensions.Exists(extension => extension.Id == id)
        )
        {
            return SdpErrorKind.None;
        }

        if (_extensions.Count == SdpLimits.ExtensionsMax)
        {
            return SdpErrorKind.TooManyExtensions;
        }

        _extensions.Add(new(id, uri.ToString(), direction));
        return SdpErrorKind.None;
    }

    /// <summary><c>q send max-width=320</c> (RFC 8851 §4).</summary>
    public SdpErrorKind ReadRid(ReadOnlySpan<char> value)
    {
        var id = SdpWords.TakeFirst(value, out var rest).ToString();
        var word = SdpWords.TakeFirst(rest, out var restrictions);
        if (
            word is not ("send" or "recv")
            || !IsRid(id)
            || _rids.Exists(rid => string.Equals(rid.Id, id, StringComparison.Ordinal))
        )
        {
            return SdpErrorKind.None;
        }

        if (_rids.Count == SdpLimits.RidsMax)
        {
            return SdpErrorKind.TooManyRids;
        }

        var direction = word is "send" ? SdpDirection.SendOnly : SdpDirection.ReceiveOnly;
        _rids.Add(new(id, direction, restrictions.IsEmpty ? null : restrictions.ToString()));
        return SdpErrorKind.None;
    }

    /// <summary><c>send q;h,x;~f recv 1</c> (RFC 8853 §5.1), also the older <c>send rid=q;h</c>.</summary>
    public void ReadSimulcast(ReadOnlySpan<char> value)
    {
        ImmutableArray<string> send = [];
        ImmutableArray<string> receive = [];
        var rest = value;
        while (!rest.IsEmpty)
        {
            var word = SdpWords.TakeFirst(rest, out rest);
            var streams = ReadStreams(SdpWords.TakeFirst(rest, out rest));
            if (word is "send")
            {
                send = streams;
            }
            else if (word is "recv")
            {
                receive = streams;
            }
        }

        _simulcast ??= send.IsEmpty && receive.IsEmpty ? null : new(send, receive);
    }

    /// <summary>The header extensions.</summary>
    public ImmutableArray<SdpExtension> BuildExtensions() => [.. _extensions];

    /// <summary>The restriction identifiers.</summary>
    public ImmutableArray<SdpRid> BuildRids() => [.. _rids];

    /// <summary>The simulcast line without streams that no <c>a=rid</c> declares (RFC 8853 §5.2).</summary>
    public SdpSimulcast? BuildSimulcast()
    {
        if (_simulcast is null)
        {
            return null;
        }

        var send = OnlyDeclared(_simulcast.Send, SdpDirection.SendOnly);
        var receive = OnlyDeclared(_simulcast.Receive, SdpDirection.ReceiveOnly);
        return send.IsEmpty && receive.IsEmpty ? null : new(send, receive);
    }

    private ImmutableArray<string> OnlyDeclared(ImmutableArray<string> ids, SdpDirection direction)
    {
        var declared = ImmutableArray.CreateBuilder<string>(ids.Length);
        foreach (var id in ids)
        {
            var isDeclared = _rids.Exists(rid =>
                rid.Direction == direction && string.Equals(rid.Id, id, StringComparison.Ordinal)
            );
            if (isDeclared && !declared.Contains(id))
            {
                declared.Add(id);
            }
        }

        return declared.ToImmutable();
    }

    private static ImmutableArray<string> ReadStreams(ReadOnlySpan<char> value)
    {
        var ids = ImmutableArray.CreateBuilder<string>();
        var list = value.StartsWith(OldRidPrefix, StringComparison.Ordinal)
            ? value[OldRidPrefix.Length..]
            : value;
        foreach (var range in list.Split(';'))
        {
            var stream = list[range];
            var comma = stream.IndexOf(',');
            var id = (comma < 0 ? stream : stream[..comma]).TrimStart('~');
            if (!id.IsEmpty && ids.Count < SdpLimits.RidsMax)
            {
                ids.Add(id.ToString());
            }
        }

        return ids.ToImmutable();
    }

    /// <summary>Letters, digits, and the two that RFC 8851 erratum 7132 took out again but some write.</summary>
    private static bool IsRid(string id)
    {
        foreach (var character in id)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return id.Length > 0;
    }
}
