namespace Control.Server.Calls.Wire;

/// <summary>Done, and nothing to say: clients want an object in every answer.</summary>
internal sealed record EmptyAnswer;
