using Repository.Tests.Rules;
using Xunit;
using Xunit.Sdk;

namespace Repository.Tests;

/// <summary>Holds this repository to its own rules. Each rule is tested in <see cref="RuleSamplesTests"/>.</summary>
public sealed class RepositoryTests
{
    private static readonly Lazy<RepositoryTree> Tree = new(RepositoryTree.Load);

    [Fact]
    public void References_EachProject_OnlyDownwards() => Holds(HouseRules.Floors);

    [Fact]
    public void Internals_EachProject_OpenToItsTestsOnly() => Holds(HouseRules.Friends);

    [Fact]
    public void Namespaces_EachFile_AsItsFolder() => Holds(HouseRules.Namespaces);

    [Fact]
    public void Rooms_EachFolder_InTheTable() => Holds(HouseRules.Rooms);

    [Fact]
    public void UnsafeCode_EachFile_OnlyInNative() => Holds(CodeRules.Unsafe);

    [Fact]
    public void Size_EachFile_UnderTheLimit() => Holds(CodeRules.Size);

    [Fact]
    public void Clocks_EachCore_None() => Holds(CodeRules.Clocks);

    [Fact]
    public void Clocks_TestsOfCores_None() => Holds(CodeRules.TestClocks);

    [Fact]
    public void EventIds_Repository_UniqueAndInRange() => Holds(LogRules.EventIds);

    [Fact]
    public void HotPaths_EachMember_HasAnAllocationTest() => Holds(TestRules.HotPaths);

    [Fact]
    public void GoldenFilesAndVectors_Each_NamedByATest() => Holds(TestRules.Orphans);

    [Fact]
    public void Notes_Each_NamesItsIssue() => Holds(FileRules.Notes);

    [Fact]
    public void LineEnds_EachFile_AreLf() => Holds(FileRules.CarriageReturns);

    [Fact]
    public void MachinePaths_EachFile_None() => Holds(FileRules.MachinePaths);

    [Fact]
    public void Projects_Each_LockedAndInTheSolution() => Holds(FileRules.Projects);

    [Fact]
    public void Documents_Each_ThereAndLinked() => Holds(FileRules.Documents);

    [Fact]
    public void Catches_Each_DoSomething() => Holds(CodeRules.EmptyCatches);

    private static void Holds(Func<RepositoryTree, IEnumerable<string>> rule)
    {
        var broken = rule(Tree.Value).ToArray();
        if (broken.Length > 0)
        {
            throw new XunitException($"{broken.Length} broken:\n  {string.Join("\n  ", broken)}");
        }
    }
}
