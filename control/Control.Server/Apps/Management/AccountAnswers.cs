using Control.Server.Apps.Credentials;
using Control.Server.Calls;
using Control.Server.Calls.Wire;

namespace Control.Server.Apps.Management;

/// <summary>Answers in the envelope of the account API.</summary>
internal static class AccountAnswers
{
    private const string InMemory =
        "Kept in memory only: EDGE_STATE_FILE is not set, so a restart forgets it.";

    /// <summary>One app or TURN key.</summary>
    public static CallsAnswer From(
        int status,
        CredentialKind kind,
        Credential credential,
        bool isSaved,
        Secrecy secrecy = Secrecy.Hidden
    )
    {
        var secret = secrecy == Secrecy.Shown ? credential.Secrets[0].Text : null;
        var result = ToAnswer(credential) with
        {
            Secret = kind == CredentialKind.App ? secret : null,
            Key = kind == CredentialKind.TurnKey ? secret : null,
        };
        return CallsAnswer.From(
            status,
            new AccountAnswer(true, [], ToMessages(isSaved)) { Result = result },
            CallsJsonContext.Wire.AccountAnswer
        );
    }

    /// <summary>Many, without their secrets.</summary>
    public static CallsAnswer From(IEnumerable<Credential> credentials, bool isSaved) =>
        CallsAnswer.From(
            StatusCodes.Status200OK,
            new AccountListAnswer(true, [], ToMessages(isSaved), [.. credentials.Select(ToAnswer)]),
            CallsJsonContext.Wire.AccountListAnswer
        );

    /// <summary>A refusal that was worded for the session API.</summary>
    public static CallsAnswer From(CallsAnswer refusal) =>
        Refuse(refusal.Status, refusal.Error!.ErrorDescription, refusal.RetryAfter);

    /// <summary>A refusal.</summary>
    public static CallsAnswer Refuse(int status, string sentence, TimeSpan? retryAfter = null) =>
        CallsAnswer.From(
            status,
            new AccountAnswer(false, [new(status, sentence)], []),
            CallsJsonContext.Wire.AccountAnswer
        ) with
        {
            RetryAfter = retryAfter,
        };

    /// <summary>There is none of this id.</summary>
    public static CallsAnswer NotFound() => Refuse(404, "There is none of this id.");

    private static IReadOnlyList<AccountMessage> ToMessages(bool isSaved) =>
        isSaved ? [] : [new(0, InMemory)];

    private static CredentialAnswer ToAnswer(Credential credential) =>
        new(credential.Id, credential.Name, credential.Created, credential.Modified)
        {
            ValidSecrets = credential.Secrets.Length,
            Configured = credential.IsConfigured,
        };
}
