using System.Collections.Immutable;
using System.Text.Json;

namespace Control.Server.Apps;

/// <summary>Reads the payload of a token.</summary>
internal ref struct AppTokenReader
{
    // Chosen: claims are flat but for lists; a little room for claims of others, which are skipped.
    private const int DepthMax = 4;

    private Utf8JsonReader _json;
    private string? _app;
    private string? _id;
    private string? _subject;
    private string? _parent;
    private string? _session;
    private string? _group;
    private bool? _isInvitation;
    private string? _stream;
    private string? _action;
    private double? _expiresAt;
    private double? _notBefore;
    private TokenNames? _publish;
    private TokenNames? _pull;

    private AppTokenReader(ReadOnlySpan<byte> json) =>
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthMax });

    /// <summary>The claims; null when one is missing, twice or of a wrong type, or when they grant
    /// nothing.</summary>
    public static AppTokenClaims? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new AppTokenReader(json);
            return reader.TryReadAll() ? reader.ToClaims() : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private bool TryReadAll()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var name = _json.GetString();
            _json.Read();
            if (!TryReadClaim(name))
            {
                return false;
            }
        }

        // Read to the end: text after the object is an error of the reader.
        _json.Read();
        return true;
    }

    private bool TryReadClaim(string? name) =>
        name switch
        {
            "app" => TryText(ref _app),
            "jti" => TryText(ref _id),
            "sub" => TryText(ref _subject),
            "parent" => TryText(ref _parent),
            "session" => TryText(ref _session),
            "group" => TryText(ref _group),
            "invite" => TryFlag(ref _isInvitation),
            "stream" => TryText(ref _stream),
            "action" => TryText(ref _action),
            "exp" => TryNumber(ref _expiresAt),
            "nbf" => TryNumber(ref _notBefore),
            "publish" => TryNames(ref _publish),
            "pull" => TryNames(ref _pull),
            _ => _json.TrySkip(),
        };

    private readonly AppTokenClaims? ToClaims()
    {
        if (_app is null || _expiresAt is null || _stream is null != _action is null)
        {
            return null;
        }

        var claims = new AppTokenClaims(_app, _expiresAt.Value)
        {
            NotBefore = _notBefore ?? 0,
            Id = _id,
            Subject = _subject,
            Parent = _parent,
            Session = _session,
            Group = _group,
            IsInvitation = _isInvitation ?? false,
            Stream = _stream,
            Action = _action,
            Publish = _publish ?? TokenNames.None,
            Pull = _pull ?? TokenNames.None,
        };
        return claims.HasGrant ? claims : null;
    }

    private bool TryText(ref string? value)
    {
        // A claim twice is refused: two readers could disagree on which one counts.
        if (value is not null || _json.TokenType != JsonTokenType.String)
        {
            return false;
        }

        value = _json.GetString();
        return true;
    }

    private bool TryFlag(ref bool? value)
    {
        if (value is not null || _json.TokenType is not (JsonTokenType.True or JsonTokenType.False))
        {
            return false;
        }

        value = _json.GetBoolean();
        return true;
    }

    private bool TryNumber(ref double? value)
    {
        if (
            value is not null
            || _json.TokenType != JsonTokenType.Number
            || !_json.TryGetDouble(out var number)
        )
        {
            return false;
        }

        value = number;
        return double.IsFinite(number);
    }

    private bool TryNames(ref TokenNames? value)
    {
        if (value is not null)
        {
            return false;
        }

        if (_json.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            value = _json.GetBoolean() ? TokenNames.All : TokenNames.None;
            return true;
        }

        if (_json.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        while (_json.Read() && _json.TokenType == JsonTokenType.String)
        {
            names.Add(_json.GetString()!);
        }

        value = TokenNames.From(names.ToImmutable());
        return value is not null && _json.TokenType == JsonTokenType.EndArray;
    }
}
