using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Control.Contract.Nodes;
using Edge.Testing;

namespace Control.Contract.Tests.Nodes;

/// <summary>What control and nodes write to each other, and that neighbouring versions understand it.</summary>
public sealed class NodeJsonTests
{
    public static TheoryData<string> Names() => [.. Samples.All.Select(each => each.ToString())];

    /// <summary>Whoever adds a message adds a sample of it, or the other tests would not see it.</summary>
    [Fact]
    public void Samples_EveryTypeOfTheContext_IsThere()
    {
        var covered = Samples.All.Select(each => each.Type).ToHashSet();
        var kinds = typeof(NodeJsonContext)
            .GetCustomAttributesData()
            .Where(each => each.AttributeType == typeof(JsonSerializableAttribute))
            .Select(each => (Type)each.ConstructorArguments[0].Value!)
            .SelectMany(type =>
                type.IsAbstract
                    ? type.GetCustomAttributes<JsonDerivedTypeAttribute>()
                        .Select(each => each.DerivedType)
                    : [type]
            );

        Assert.Empty(kinds.Where(type => !covered.Contains(type)).Select(type => type.Name));
    }

    /// <summary>The wire form, reviewed like code: what is in the file stays readable for a version.</summary>
    [Fact]
    public void Samples_Written_AsInTheFile() =>
        Golden.Match(
            "nodes/messages.txt",
            string.Concat(Samples.All.Select(each => $"{each} {each.Json}\n"))
        );

    /// <summary>A member that no sample sets would be lost unseen.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Sample_EveryMember_IsSet(string name)
    {
        var unset = Find(name, out var json)
            .Where(place => place.Value is null or JsonArray { Count: 0 } || IsDefault(place.Value))
            .Select(place => place.Name);
        Assert.True(!unset.Any(), $"{string.Join(", ", unset)} of {json}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_WhatWasWritten_TheSame(string name)
    {
        var sample = Sample(name);
        var read = sample.Read(Encoding.UTF8.GetBytes(sample.Json));
        Assert.NotNull(read);
        Assert.Equal(sample.Type, read.GetType());
        Assert.Equal(sample.Json, sample.Write(read));
    }

    /// <summary>A newer version adds members, to every object there is.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_MembersOfANewerVersion_Ignored(string name)
    {
        var sample = Sample(name);
        var newer = JsonNode.Parse(sample.Json)!;
        AddMembers(newer);

        var read = sample.Read(Encoding.UTF8.GetBytes(newer.ToJsonString()));

        Assert.NotNull(read);
        Assert.Equal(sample.Json, sample.Write(read));
    }

    /// <summary>An older version does not know the members that were added since: what may be missing reads
    /// as its default, and what may not makes the whole unreadable, never half read.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EachMemberMissing_DefaultOrRefused(string name)
    {
        var sample = Sample(name);
        if (JsonNode.Parse(sample.Json) is not JsonObject)
        {
            return;
        }

        var type = NodeJson.Types.GetTypeInfo(sample.Type)!;
        foreach (var property in type.Properties.Where(each => each.Get is not null))
        {
            var older = JsonNode.Parse(sample.Json)!.AsObject();
            if (!older.Remove(property.Name))
            {
                continue;
            }

            var read = sample.Read(Encoding.UTF8.GetBytes(older.ToJsonString()));
            if (property.IsRequired)
            {
                Assert.True(read is null, $"{property.Name} of {name} is required.");
                continue;
            }

            Assert.True(read is not null, $"{property.Name} of {name} may be missing.");
            var value = property.Get!(read);
            var isDefault = value is null || value.Equals(DefaultOf(property.PropertyType));
            Assert.True(isDefault, $"{property.Name} of {name} is {value} when missing.");
        }
    }

    /// <summary>A constructor that is not the record's own would leave members null that never are.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Read_NothingButBraces_OnlyWhatHasNoMembers(string name)
    {
        var sample = Sample(name);
        var hasRequired =
            JsonNode.Parse(sample.Json) is not JsonObject
            || sample.Json.Contains("\"is\":", StringComparison.Ordinal)
            || NodeJson.Types.GetTypeInfo(sample.Type)!.Properties.Any(each => each.IsRequired);
        Assert.Equal(hasRequired, sample.Read("{}"u8.ToArray()) is null);
    }

    /// <summary>The generated readers know no initialisers: a member that may be missing and has another
    /// default than its type's would silently become something else.</summary>
    [Fact]
    public void Members_WithADefaultOfTheirOwn_AreRequired()
    {
        var checkedCount = 0;
        foreach (var type in ContractTypes())
        {
            if (NodeJson.Types.GetTypeInfo(type) is not { } json || Create(type) is not { } blank)
            {
                continue;
            }

            // What is computed is not written.
            foreach (
                var property in json.Properties.Where(each =>
                    !each.IsRequired && each.AttributeProvider is PropertyInfo { CanWrite: true }
                )
            )
            {
                var value = property.Get?.Invoke(blank);
                var isDefault = value is null || value.Equals(DefaultOf(property.PropertyType));
                Assert.True(
                    isDefault,
                    $"{type.Name}.{property.Name} is {value}; mark it required."
                );
                checkedCount++;
            }
        }

        Assert.True(checkedCount > 20, $"Only {checkedCount} members were looked at.");
    }

    [Theory]
    [InlineData("{\"is\":\"later\"}")]
    [InlineData("{\"sessionId\":\"x\",\"answerSdp\":\"y\",\"iceTag\":\"z\"}")]
    [InlineData("{\"is\":1}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("")]
    public void Read_ResultOfNoKnownKind_Refused(string json) =>
        Assert.False(
            NodeJson.TryRead(Encoding.UTF8.GetBytes(json), NodeJson.Types.SessionResult, out _)
        );

    /// <summary>Members may come in any order, as other writers of JSON put them.</summary>
    [Fact]
    public void Read_KindBehindItsMembers_Read()
    {
        var json = "{\"iceTag\":\"z\",\"is\":\"stale\"}"u8;
        Assert.True(NodeJson.TryRead(json, NodeJson.Types.IceUpdateResult, out var result));
        Assert.Equal(new IceUpdateResult.Stale("z"), result);
    }

    [Theory]
    [InlineData("{\"location\":\"Local\",\"trackName\":null}", true)]
    [InlineData("{\"location\":\"local\"}", true)]
    [InlineData("{\"location\":\"Sideways\"}", false)]
    [InlineData("{}", false)]
    public void Read_Enum_ByName(string track, bool isRead)
    {
        var json = $$"""{"session":{"appId":"a","sessionId":"s"},"tracks":[{{track}}]}""";
        Assert.Equal(
            isRead,
            NodeJson.TryRead(
                Encoding.UTF8.GetBytes(json),
                NodeJson.Types.UpdateTracksRequest,
                out _
            )
        );
    }

    /// <summary>What is never null in the code is not null from the wire either.</summary>
    [Theory]
    [InlineData("{\"appId\":null,\"sessionId\":\"s\"}")]
    [InlineData("{\"appId\":\"a\"}")]
    public void Read_NullOrNothingForAText_Refused(string json) =>
        Assert.False(
            NodeJson.TryRead(Encoding.UTF8.GetBytes(json), NodeJson.Types.SessionKey, out _)
        );

    private static IEnumerable<Type> ContractTypes() =>
        typeof(NodeJsonContext)
            .Assembly.GetTypes()
            .Where(type =>
                type is { IsAbstract: false, IsByRefLike: false, ContainsGenericParameters: false }
            );

    private static object? Create(Type type)
    {
        var constructor = type.GetConstructors()
            .OrderByDescending(each => each.GetParameters().Length)
            .FirstOrDefault();
        var arguments = constructor
            ?.GetParameters()
            .Select(each =>
                each.HasDefaultValue ? each.DefaultValue : DefaultOf(each.ParameterType)
            )
            .ToArray();
        return constructor?.Invoke(arguments);
    }

    private static object? DefaultOf(Type type) =>
        type.IsValueType ? Activator.CreateInstance(type) : null;

    private static Samples.Sample Sample(string name) =>
        Samples.All.Single(each => string.Equals(each.ToString(), name, StringComparison.Ordinal));

    private static List<(string Name, JsonNode? Value)> Find(string name, out string json)
    {
        json = Sample(name).Json;
        var found = new List<(string, JsonNode?)>();
        Collect(JsonNode.Parse(json), found);
        return found;
    }

    private static void Collect(JsonNode? node, List<(string, JsonNode?)> found)
    {
        if (node is JsonObject all)
        {
            foreach (var (name, value) in all)
            {
                found.Add((name, value));
                Collect(value, found);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Collect(item, found);
            }
        }
    }

    private static bool IsDefault(JsonNode value) =>
        value is JsonValue && value.ToJsonString() is "false" or "0" or "\"\"";

    private static void AddMembers(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject all:
                foreach (var (_, value) in all.ToImmutableArray())
                {
                    AddMembers(value);
                }

                all["later"] = new JsonObject { ["deep"] = new JsonArray(1, "x", null) };
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    AddMembers(item);
                }

                break;
            default:
                break;
        }
    }
}
