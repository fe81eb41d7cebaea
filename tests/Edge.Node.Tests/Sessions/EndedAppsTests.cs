using System.Globalization;
using Edge.Node.Sessions;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.Sessions;

/// <summary>For how long, and of how many apps, it is remembered that they ended.</summary>
public sealed class EndedAppsTests
{
    private static readonly Instant Begin = Instant.Zero + TimeSpan.FromHours(1);

    [Fact]
    public void Has_OnlyAppsThatEndedLately()
    {
        var apps = new EndedApps();
        apps.Note("shop", Begin);

        Assert.True(apps.Has("shop", Begin + EndedApps.Kept - TimeSpan.FromTicks(1)));
        Assert.False(apps.Has("other", Begin));
        Assert.False(apps.Has("shop", Begin + EndedApps.Kept));
    }

    [Fact]
    public void Note_MoreThanIsKept_TheOldestIsForgotten()
    {
        var apps = new EndedApps();
        for (var app = 0; app <= EndedApps.CountMax; app++)
        {
            apps.Note(app.ToString(CultureInfo.InvariantCulture), Begin);
        }

        Assert.False(apps.Has("0", Begin));
        Assert.True(apps.Has("1", Begin));
        Assert.True(apps.Has(EndedApps.CountMax.ToString(CultureInfo.InvariantCulture), Begin));
    }
}
