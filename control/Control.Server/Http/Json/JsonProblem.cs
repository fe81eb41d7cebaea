namespace Control.Server.Http.Json;

/// <summary>What is wrong with a body.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Sentence">Names the member with its path, and what was expected.</param>
internal sealed record JsonProblem(JsonProblemKind Kind, string Sentence);
