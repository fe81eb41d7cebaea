using System.Text;
using Control.Contract.Nodes;

namespace Control.Contract.Tests.Nodes;

/// <summary>The envelope of messages between control and nodes.</summary>
public sealed class NodeEnvelopeTests
{
    [Fact]
    public void Write_RequestWithItsTime_ReadBack()
    {
        var message = NodeEnvelope.Write(
            NodeOperations.Describe.Name,
            new SessionKey("shop", "AQ"),
            NodeOperations.Describe.RequestType,
            TimeSpan.FromSeconds(5)
        );

        Assert.Equal(
            """[1,"describe",{"appId":"shop","sessionId":"AQ"},5000]""",
            Encoding.UTF8.GetString(message)
        );
        Assert.True(NodeEnvelope.TryRead(message, out var envelope));
        Assert.Equal("describe", envelope.Name);
        Assert.Equal(TimeSpan.FromSeconds(5), envelope.Within);
        Assert.Equal(
            """{"appId":"shop","sessionId":"AQ"}""",
            Encoding.UTF8.GetString(envelope.Body)
        );
    }

    [Theory]
    [InlineData("""[1,"done",{}]""", "{}", null)]
    [InlineData("""[1,"done",true]""", "true", null)]
    [InlineData("""[1,"done",null,null]""", "null", null)]
    [InlineData("""[ 1 , "done" , [1,[2]] , 7 ]""", "[1,[2]]", 7)]
    [InlineData("""[1,"done",{"a":{"b":[]}},7,{"later":[1]},["x"],3]""", """{"a":{"b":[]}}""", 7)]
    public void TryRead_WhatAnyVersionMayWrite_Read(string message, string body, int? withinMs)
    {
        Assert.True(NodeEnvelope.TryRead(Encoding.UTF8.GetBytes(message), out var envelope));
        Assert.Equal("done", envelope.Name);
        Assert.Equal(body, Encoding.UTF8.GetString(envelope.Body));
        Assert.Equal(withinMs, (int?)envelope.Within?.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[1,"done"]""")]
    [InlineData("""[2,"done",{}]""")]
    [InlineData("""[0,"done",{}]""")]
    [InlineData("""["1","done",{}]""")]
    [InlineData("""[1.5,"done",{}]""")]
    [InlineData("""[1,null,{}]""")]
    [InlineData("""[1,"done",{},-1]""")]
    [InlineData("""[1,"done",{},"7"]""")]
    [InlineData("""[1,"done",{},99999999999999]""")]
    [InlineData("""[1,"done",{}""")]
    [InlineData("""[1,"done",{},7""")]
    [InlineData("""[1,"done",{},7,{]""")]
    [InlineData("""[1,"done",{}]]""")]
    [InlineData("""[1,"done",{}][]""")]
    [InlineData(
        """[1,"a-name-that-is-longer-than-any-operation-will-ever-have-in-this-program",{}]"""
    )]
    public void TryRead_WhatIsNoEnvelope_Refused(string message) =>
        Assert.False(NodeEnvelope.TryRead(Encoding.UTF8.GetBytes(message), out _));

    /// <summary>Deep JSON is refused by its depth, not by the stack.</summary>
    [Fact]
    public void TryRead_DeepBody_Refused()
    {
        var deep = new string('[', 100_000);
        Assert.False(NodeEnvelope.TryRead(Encoding.UTF8.GetBytes($"[1,\"x\",{deep}"), out _));
    }

    [Fact]
    public void Operations_Names_AreUnique()
    {
        var names = typeof(NodeOperations)
            .GetProperties()
            .Select(property => property.GetValue(null)!)
            .Select(operation =>
                (string)operation.GetType().GetProperty("Name")!.GetValue(operation)!
            )
            .ToArray();

        Assert.True(names.Length > 20);
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>Each member that asks a node for something has its operation.</summary>
    [Fact]
    public void Operations_EveryMemberOfTheContract_HasOne()
    {
        var members = typeof(IMediaNode)
            .GetMethods()
            .Concat(typeof(Control.Contract.Calls.ICallsNode).GetMethods())
            .Where(method => !method.IsSpecialName)
            .Select(method => method.Name.Replace("Async", "", StringComparison.Ordinal))
            // Told by the announcement.
            .Where(name => name is not "Report")
            .Select(name => name is "ReadEvents" ? "OpenEvents" : name);
        var operations = typeof(NodeOperations).GetProperties().Select(property => property.Name);

        Assert.Empty(members.Except(operations, StringComparer.Ordinal));
    }
}
