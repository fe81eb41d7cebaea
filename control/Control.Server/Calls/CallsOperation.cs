using Control.Server.Http.OpenApi;

namespace Control.Server.Calls;

/// <summary>One operation: how it is described, who may, and what it does.</summary>
/// <param name="Api">Its description; the path begins with /v1/apps/{appId}.</param>
/// <param name="Scope">Who may.</param>
/// <param name="HandleAsync">What it does.</param>
internal sealed record CallsOperation(
    ApiOperation Api,
    CallsScope Scope,
    Func<CallsCall, Task<CallsAnswer>> HandleAsync
)
{
    /// <summary>Whether its errors carry an empty list of tracks.</summary>
    public bool ListsTracks { get; init; }

    /// <summary>Whether it makes sessions, which are limited while many come at once.</summary>
    public bool MakesSessions { get; init; }

    /// <summary>Whether it is about one group, or all of the app.</summary>
    public bool IsOfGroups => Scope is CallsScope.Group or CallsScope.NewSession;

    /// <summary>Writes the answer itself, over a long time, instead of <see cref="HandleAsync"/>; or says why
    /// not.</summary>
    public Func<HttpContext, CallsCall, Task<CallsAnswer?>>? StreamAsync { get; init; }

    /// <summary>Whether it changes something, so that a repetition can be asked for by a key.</summary>
    public bool IsChange => !HttpMethods.IsGet(Api.Method);
}
