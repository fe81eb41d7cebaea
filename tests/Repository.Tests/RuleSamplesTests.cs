using Repository.Tests.Rules;
using Xunit;

namespace Repository.Tests;

/// <summary>Each rule on a small good and a small bad sample.</summary>
public sealed class RuleSamplesTests
{
    private const string Wire = "edge/Edge.Wire/Edge.Wire.csproj";
    private const string Core = "<IsSansIo>true</IsSansIo>";

    [Fact]
    public void Floors_ReferenceUpwards_Broken()
    {
        Passes(HouseRules.Floors, (Wire, Reference("Edge.Primitives")));
        Breaks(HouseRules.Floors, "not below", (Wire, Reference("Edge.Protocol")));
        Breaks(
            HouseRules.Floors,
            "not below",
            ("edge/Edge.Forwarding/Edge.Forwarding.csproj", Reference("Anycast.Steering"))
        );
        Breaks(HouseRules.Floors, "not in the table", ("edge/Edge.New/Edge.New.csproj", ""));
        Breaks(HouseRules.Floors, "belongs into", ("anycast/Edge.Wire/Edge.Wire.csproj", ""));
    }

    [Fact]
    public void Friends_OtherProduct_Broken()
    {
        Passes(HouseRules.Friends, (Wire, Friend("Edge.Wire.Tests")));
        Breaks(HouseRules.Friends, "Edge.Node", (Wire, Friend("Edge.Node")));
    }

    [Fact]
    public void Namespaces_OtherThanFolder_Broken()
    {
        Passes(
            HouseRules.Namespaces,
            (Wire, Core),
            ("edge/Edge.Wire/Rtp/A.cs", "using X;\n\nnamespace Edge.Wire.Rtp;\n"),
            ("edge/Edge.Wire/Program.cs", "return;")
        );
        Breaks(
            HouseRules.Namespaces,
            "its folder says Edge.Wire.Rtp",
            (Wire, Core),
            ("edge/Edge.Wire/Rtp/A.cs", "namespace Edge.Wire;\n")
        );
        Breaks(
            HouseRules.Namespaces,
            "no file-scoped namespace",
            (Wire, Core),
            ("edge/Edge.Wire/A.cs", "// namespace Edge.Wire;\nclass A;")
        );
        Breaks(HouseRules.Namespaces, "in no project", ("edge/A.cs", ""));
    }

    [Fact]
    public void Rooms_NotInTheTable_Broken()
    {
        Passes(HouseRules.Rooms, (Wire, Core), ("edge/Edge.Wire/Rtp/Deep/A.cs", ""));
        Breaks(
            HouseRules.Rooms,
            "Edge.Wire/Cellar",
            (Wire, Core),
            ("edge/Edge.Wire/Cellar/A.cs", "")
        );
    }

    [Theory]
    [InlineData("unsafe struct A;")]
    [InlineData("[DllImport(\"c\")] static extern int close();")]
    [InlineData("[LibraryImport(\"c\")] static partial int close();")]
    public void Unsafe_OutsideNative_Broken(string code)
    {
        Passes(CodeRules.Unsafe, ("edge/Edge.Native/A.cs", code));
        Passes(CodeRules.Unsafe, ("edge/Edge.Wire/A.cs", "// unsafe\nvar a = \"unsafe\";"));
        Breaks(CodeRules.Unsafe, "edge/Edge.Wire/A.cs:2", ("edge/Edge.Wire/A.cs", "\n" + code));
        Breaks(
            CodeRules.Unsafe,
            "allows unsafe",
            (Wire, "<AllowUnsafeBlocks>true</AllowUnsafeBlocks>")
        );
    }

    [Fact]
    public void Unsafe_ListedFile_MayAndHasTo()
    {
        var listed = Layout.NativeFiles.Keys.First();
        Passes(CodeRules.Unsafe, (listed, "[DllImport(\"c\")] static extern int close();"));
        Breaks(CodeRules.Unsafe, "take it off", (listed, "class A;"));
    }

    [Fact]
    public void Size_OneLineTooMany_Broken()
    {
        Passes(CodeRules.Size, ("edge/A.cs", new string('\n', 600)));
        Breaks(CodeRules.Size, "601 lines", ("edge/A.cs", new string('\n', 601)));
    }

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("Stopwatch.GetTimestamp();")]
    [InlineData("Environment.TickCount64;")]
    [InlineData("using System.Linq;")]
    [InlineData("await Task.Yield();")]
    [InlineData("new Random()")]
    [InlineData("lock (_gate) { }")]
    [InlineData("private readonly ILogger _log;")]
    public void Clocks_InACore_Broken(string code)
    {
        Passes(CodeRules.Clocks, (Wire, Core), ("edge/Edge.Wire/A.cs", "/* " + code + " */"));
        Passes(
            CodeRules.Clocks,
            ("edge/Edge.Node/Edge.Node.csproj", ""),
            ("edge/Edge.Node/A.cs", code)
        );
        Breaks(CodeRules.Clocks, "in a core", (Wire, Core), ("edge/Edge.Wire/A.cs", code));
        Breaks(CodeRules.Clocks, "IsSansIo", (Wire, "<Project/>"));
    }

    [Theory]
    [InlineData("Thread.Sleep(1);")]
    [InlineData("await Task.Delay(1);")]
    [InlineData("DateTimeOffset.UtcNow")]
    public void TestClocks_InATestOfACore_Broken(string code)
    {
        Passes(
            CodeRules.TestClocks,
            ("tests/Edge.Node.Tests/Edge.Node.Tests.csproj", ""),
            ("tests/Edge.Node.Tests/A.cs", code)
        );
        Breaks(
            CodeRules.TestClocks,
            "without a clock",
            ("tests/Edge.Wire.Tests/Edge.Wire.Tests.csproj", ""),
            ("tests/Edge.Wire.Tests/A.cs", code)
        );
    }

    [Fact]
    public void EventIds_DoubleMissingOrOutOfRange_Broken()
    {
        const string Project = "edge/Edge.Node/Edge.Node.csproj";
        const string A = "edge/Edge.Node/Shards/A.Log.cs";
        const string B = "edge/Edge.Node/Sessions/B.Log.cs";
        const string Good =
            "[LoggerMessage(EventId = 3001, Level = X)]\n[LoggerMessage(\n  3002, X)]";
        Passes(LogRules.EventIds, (Project, ""), (A, Good), (B, "[LoggerMessage(3101, X)]"));
        Breaks(
            LogRules.EventIds,
            "uses event id 3001",
            (Project, ""),
            (A, Good),
            (B, "[LoggerMessage(3001)]")
        );
        Breaks(
            LogRules.EventIds,
            "the hundred",
            (Project, ""),
            (A, Good),
            (B, "[LoggerMessage(3003)]")
        );
        Breaks(LogRules.EventIds, "outside the range", (Project, ""), (A, "[LoggerMessage(4000)]"));
        Breaks(
            LogRules.EventIds,
            "without an event id",
            (Project, ""),
            (A, "[LoggerMessage(Level = X)]")
        );
    }

    [Theory]
    [InlineData("public bool Forward(int a) => true;")]
    [InlineData("internal static int Forward<T>(in T a)\n    where T : struct { }")]
    [InlineData("public readonly Span<byte> Forward { get; }")]
    [InlineData("[SkipLocalsInit]\n    public Dictionary<int, (int, int)> Forward(int a) { }")]
    [InlineData("public int Forward => 1;")]
    public void HotPaths_NoAllocationTest_Broken(string member)
    {
        (string, string)[] files =
        [
            (Wire, Core),
            ("tests/Edge.Wire.Tests/Edge.Wire.Tests.csproj", ""),
            ("edge/Edge.Wire/A.cs", "    [HotPath]\n    " + member),
        ];
        const string TestPath = "tests/Edge.Wire.Tests/ATests.cs";
        Passes(
            TestRules.HotPaths,
            [.. files, (TestPath, "void Forward_Many_AllocateNothing() => AllocationAssert.None(")]
        );
        Breaks(TestRules.HotPaths, "names Forward,", files);
        Passes(
            TestRules.HotPaths,
            (Wire, Core),
            ("edge/Edge.Wire/A.cs", "[HotPath]\n    private int Forward() => 1;")
        );
        Breaks(
            TestRules.HotPaths,
            "names Forward,",
            [.. files, (TestPath, "a.ForwardAll(); AllocationAssert.None(")]
        );
        Breaks(TestRules.HotPaths, "names Forward,", [.. files, (TestPath, "a.Forward();")]);
    }

    [Fact]
    public void Orphans_FileThatNoTestNames_Broken()
    {
        const string Golden = "tests/golden/sdp/chrome.txt";
        Passes(TestRules.Orphans, (Golden, ""), ("tests/A.cs", "Match(\"sdp/chrome.txt\", a)"));
        Passes(TestRules.Orphans, (Golden, ""), ("tests/A.cs", "Golden.Names(\"sdp\")"));
        Passes(TestRules.Orphans, (Golden, ""), ("tests/A.cs", "Match($\"sdp/{browser}.txt\", a)"));
        Breaks(TestRules.Orphans, "sdp/chrome.txt", (Golden, ""), ("tests/A.cs", "\"sdp/edge\""));
        Breaks(TestRules.Orphans, "a.txt", ("tests/vectors/a.txt", ""));
    }

    [Fact]
    public void Notes_WithoutIssue_Broken()
    {
        Passes(FileRules.Notes, ("a.sh", "# TO" + "DO #12: later"), ("b.md", "MASTODON TODOS"));
        Breaks(FileRules.Notes, "a.sh:2", ("a.sh", "\n# TO" + "DO later"));
    }

    [Fact]
    public void CarriageReturns_AtALineEnd_Broken()
    {
        Passes(FileRules.CarriageReturns, ("a.md", "a\nb\n"));
        Breaks(FileRules.CarriageReturns, "a.md:2", ("a.md", "a\nb\r\n"));
    }

    [Theory]
    [InlineData("wor" + "k")]
    [InlineData("roo" + "t")]
    [InlineData("hom" + "e")]
    public void MachinePaths_Absolute_Broken(string folder)
    {
        Passes(
            FileRules.MachinePaths,
            ("a.md", $"see net{folder}/a, ./{folder}/a and ~/{folder}/")
        );
        Breaks(FileRules.MachinePaths, "a.md:1", ("a.md", $"see /{folder}/a"));
    }

    [Fact]
    public void Projects_NoLockFileOrNotInTheSolution_Broken()
    {
        var solution = ("Edge.sln", "\"edge\\Edge.Wire\\Edge.Wire.csproj\"");
        var locked = ("edge/Edge.Wire/packages.lock.json", "");
        var locked9 = ("edge/Edge.Wire/packages.net9.0.lock.json", "");
        Passes(FileRules.Projects, (Wire, ""), locked, locked9, solution);
        Breaks(FileRules.Projects, "no packages.lock.json", (Wire, ""), locked9, solution);
        Breaks(FileRules.Projects, "no packages.net9.0.lock.json", (Wire, ""), locked, solution);
        Breaks(FileRules.Projects, "not in Edge.sln", (Wire, ""), locked, locked9);
    }

    [Fact]
    public void Documents_MissingOrBrokenLink_Broken()
    {
        (string, string)[] files =
        [
            ("README.md", "[a](edge/ARCHITECTURE.md#floors) [b](https://example.com) [c](#here)"),
            (
                "edge/ARCHITECTURE.md",
                "[up](../README.md) [beside](./STYLE.md) [folder](Edge.Wire/)"
            ),
            ("edge/STYLE.md", ""),
            ("edge/CHANGELOG.md", ""),
            (Wire, ""),
        ];
        Passes(FileRules.Documents, files);
        Breaks(FileRules.Documents, "README.md is missing", files[1..]);
        Breaks(FileRules.Documents, "leads nowhere", [.. files, ("a.md", "\n[x](b.md)")]);
    }

    [Theory]
    [InlineData("catch { }")]
    [InlineData("catch (Exception)\n{\n}")]
    [InlineData("catch (IOException e) when (e.HResult == 1) { }")]
    public void EmptyCatches_NoReason_Broken(string code)
    {
        Passes(CodeRules.EmptyCatches, ("edge/A.cs", "catch { /* The socket is gone. */ }"));
        Passes(
            CodeRules.EmptyCatches,
            ("edge/A.cs", "catch (Exception e) when (Find(e) is { } found)\n{ return found; }")
        );
        Breaks(CodeRules.EmptyCatches, "edge/A.cs:2", ("edge/A.cs", "\ntry { } " + code));
    }

    [Theory]
    [InlineData("a // b\nc", "a     \nc")]
    [InlineData("a /* b\n */ c", "a     \n    c")]
    [InlineData("a(\"b \\\" // c\") d", "a(           ) d")]
    [InlineData("a(@\"b \"\" c\") d", "a(         ) d")]
    [InlineData("a('\"') + b", "a(   ) + b")]
    [InlineData("\"\"\"a \" b\"\"\" c", "            c")]
    [InlineData("// the end", "          ")]
    public void CodeOnly_CommentsAndLiterals_Blanked(string text, string code) =>
        Assert.Equal(code, SourceText.CodeOnly(text));

    private static string Reference(string name) =>
        $"<ProjectReference Include=\"../../edge/{name}/{name}.csproj\" />";

    private static string Friend(string name) => $"<InternalsVisibleTo Include=\"{name}\" />";

    private static void Passes(
        Func<RepositoryTree, IEnumerable<string>> rule,
        params (string Path, string Text)[] files
    ) => Assert.Empty(rule(RepositoryTree.Sample(files)));

    private static void Breaks(
        Func<RepositoryTree, IEnumerable<string>> rule,
        string sentence,
        params (string Path, string Text)[] files
    ) =>
        Assert.Contains(
            rule(RepositoryTree.Sample(files)),
            broken => broken.Contains(sentence, StringComparison.Ordinal)
        );
}
