using System.Diagnostics.CodeAnalysis;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>Reads one record; false, with the reader broken, where it makes no sense.</summary>
public delegate bool StateRead<T>(ref StateReader reader, [MaybeNullWhen(false)] out T value);
