namespace EndToEnd.Tests.Browsers;

/// <summary>A page that scripts can be run in: Chromium through Playwright, Firefox through Marionette.</summary>
internal interface IScriptedPage
{
    /// <summary>Goes to an address.</summary>
    Task GoAsync(Uri address);

    /// <summary>Clicks on an element as a person does: browsers start sound after that only.</summary>
    Task ClickAsync(string id);

    /// <summary>The value of an expression, as JSON; a promise is awaited.</summary>
    Task<string> EvaluateAsync(string expression);

    /// <summary>What went wrong in the page so far, for who waits in vain; empty where the browser does not tell.</summary>
    string Troubles => "";
}
