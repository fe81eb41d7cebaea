using System.Collections.Immutable;

namespace Control.Server.Http.Json;

/// <summary>What a JSON value of a request has to be. The check of requests and the API's own description
/// are both made from it, so that they cannot disagree.</summary>
internal abstract record JsonShape
{
    private JsonShape() { }

    /// <summary>The form in words, as an error says it: "a text of 1-128 characters".</summary>
    public abstract string Expectation { get; }

    /// <summary>A text.</summary>
    /// <param name="LengthMin">Fewest UTF-16 units.</param>
    /// <param name="LengthMax">Most UTF-16 units.</param>
    /// <param name="Form">Which characters.</param>
    public sealed record Text(int LengthMin, int LengthMax, TextForm Form = TextForm.Line)
        : JsonShape
    {
        /// <inheritdoc/>
        public override string Expectation =>
            Form == TextForm.Line
                ? $"a text of {LengthMin}-{LengthMax} characters, none of them a control character"
                : $"a text of {LengthMin}-{LengthMax} characters, none of them NUL";
    }

    /// <summary>One of a few texts.</summary>
    public sealed record Choice(ImmutableArray<string> Texts) : JsonShape
    {
        /// <inheritdoc/>
        public override string Expectation =>
            string.Join(" or ", Texts.Select(text => $"\"{text}\""));
    }

    /// <summary>true or false.</summary>
    public sealed record Flag : JsonShape
    {
        /// <inheritdoc/>
        public override string Expectation => "true or false";
    }

    /// <summary>A whole number.</summary>
    public sealed record Number(long Min, long Max) : JsonShape
    {
        /// <inheritdoc/>
        public override string Expectation => $"a whole number from {Min} to {Max}";
    }

    /// <summary>A list.</summary>
    /// <param name="Item">What each item has to be.</param>
    /// <param name="CountMin">Fewest items.</param>
    /// <param name="CountMax">Most items; more are another error than a wrong form.</param>
    public sealed record List(JsonShape Item, int CountMin, int CountMax) : JsonShape
    {
        /// <inheritdoc/>
        public override string Expectation =>
            CountMin == 0 ? $"a list of at most {CountMax}" : $"a list of {CountMin}-{CountMax}";
    }

    /// <summary>An object. Members that it does not list are no error: clients send back what other
    /// versions answered.</summary>
    /// <param name="Name">The name of the form in the API's description.</param>
    /// <param name="Members">What it may have.</param>
    public sealed record Object(string Name, ImmutableArray<JsonMember> Members) : JsonShape
    {
        /// <summary>Whether it is an error all the same, because a misspelt limit would be none.</summary>
        public bool IsClosed { get; init; }

        /// <inheritdoc/>
        public override string Expectation => "an object";
    }

    /// <summary>true, false, or what else it says.</summary>
    public sealed record FlagOr(JsonShape Other) : JsonShape
    {
        /// <inheritdoc/>
        public override string Expectation => $"true, false or {Other.Expectation}";
    }
}
