using System.Text.Json.Serialization.Metadata;

namespace Control.Contract.Nodes;

/// <summary>Something that a node can be asked for.</summary>
/// <param name="Name">Its name in messages; never changed, nor given to another one.</param>
/// <param name="RequestType">How the request is written and read.</param>
/// <param name="AnswerType">How the answer is written and read.</param>
/// <typeparam name="TRequest">What is asked.</typeparam>
/// <typeparam name="TAnswer">What is answered when it was done.</typeparam>
public sealed record NodeOperation<TRequest, TAnswer>(
    string Name,
    JsonTypeInfo<TRequest> RequestType,
    JsonTypeInfo<TAnswer> AnswerType
);
