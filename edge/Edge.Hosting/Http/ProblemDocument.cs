namespace Edge.Hosting.Http;

/// <summary>An error as RFC 9457 has it.</summary>
/// <param name="Type">"about:blank": the status says all there is to dispatch on.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The status code.</param>
/// <param name="Detail">A sentence for the person who reads it; holds no secret.</param>
public sealed record ProblemDocument(string Type, string Title, int Status, string Detail);
