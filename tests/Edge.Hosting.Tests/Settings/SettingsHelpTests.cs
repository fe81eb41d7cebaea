using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Limits;

namespace Edge.Hosting.Tests.Settings;

/// <summary>--help knows every setting, and says which ones mean something to the program.</summary>
public sealed class SettingsHelpTests
{
    [Theory]
    [InlineData(Executables.Control)]
    [InlineData(Executables.Edge)]
    [InlineData(Executables.Anycast)]
    public void Write_EachProgram_NamesEverySettingAndItsOwnFirst(Executables program)
    {
        var text = SettingsHelp.Write(program, "usage\n");
        Assert.StartsWith("usage\n", text, StringComparison.Ordinal);
        var others = text.IndexOf("Known, so that one file", StringComparison.Ordinal);
        foreach (var setting in SettingName.All)
        {
            // Some names are the beginning of others.
            var name = "  " + setting.Name;
            var at = Math.Max(
                text.IndexOf(name + " ", StringComparison.Ordinal),
                text.IndexOf(name + "\n", StringComparison.Ordinal)
            );
            var isServed = setting.Readers.HasFlag(program);
            Assert.True(at >= 0 && at < others == isServed, setting.Name);
        }
    }

    /// <summary>Each name is followed by a space, however long it is.</summary>
    [Fact]
    public void Write_LongNames_DoNotRunIntoTheirMeaning()
    {
        foreach (var setting in SettingName.All)
        {
            Assert.Contains(
                setting.Name + " ",
                SettingsHelp.Write(setting.Readers, ""),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void Write_Anycast_NamesNoLimits() =>
        Assert.DoesNotContain(
            "knows",
            SettingsHelp.Write(Executables.Anycast, ""),
            StringComparison.Ordinal
        );

    [Fact]
    public void Write_Limits_AnEdgeListsThoseOfTheNode()
    {
        var control = SettingsHelp.Write(Executables.Control, "");
        var edge = SettingsHelp.Write(Executables.Edge, "");
        foreach (var limit in CallsLimits.All)
        {
            Assert.Contains($"  {limit.Name} ", control, StringComparison.Ordinal);
            Assert.Equal(
                limit.IsOfNode,
                edge.Contains($"  {limit.Name} ", StringComparison.Ordinal)
            );
        }
    }
}
