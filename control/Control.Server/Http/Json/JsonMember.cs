namespace Control.Server.Http.Json;

/// <summary>A member of an object of a request.</summary>
/// <param name="Name">Its name; names are case-sensitive.</param>
/// <param name="Shape">What its value has to be.</param>
/// <param name="Meaning">A sentence for the API's description.</param>
internal sealed record JsonMember(string Name, JsonShape Shape, string Meaning)
{
    /// <summary>Whether it has to be there. `null` is as good as absent.</summary>
    public bool IsRequired { get; init; }
}
