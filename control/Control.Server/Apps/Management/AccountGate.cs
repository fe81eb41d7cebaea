using System.Collections.Immutable;
using Control.Server.Apps.Credentials;
using Control.Server.Calls;

namespace Control.Server.Apps.Management;

/// <summary>Whether a request comes from the operator.</summary>
internal sealed class AccountGate(string? operatorToken, CallsLimiter limiter)
{
    private readonly ImmutableArray<CredentialSecret> _tokens = operatorToken is null
        ? CredentialSecret.Nobody
        : [CredentialSecret.From(operatorToken)];

    /// <summary>The refusal; null for the operator.</summary>
    public CallsAnswer? Check(HttpContext context)
    {
        var bearer = BearerHeader.Read(context.Request.Headers.Authorization) ?? "";
        if (CredentialSecret.IsAny(_tokens, bearer))
        {
            return null;
        }

        if (!limiter.TryRefuse(context.Connection.RemoteIpAddress, out var retryAfter))
        {
            return AccountAnswers.Refuse(429, CallsLimiter.TooManyRefusals, retryAfter);
        }

        return AccountAnswers.Refuse(
            401,
            operatorToken is null
                ? "There is no operator: EDGE_OPERATOR_TOKEN_FILE is not set."
                : "The bearer is not the operator's token."
        );
    }
}
