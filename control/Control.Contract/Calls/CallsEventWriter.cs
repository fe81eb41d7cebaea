namespace Control.Contract.Calls;

/// <summary>Writes an event as clients read it, in UTF-8: what the lines of an event stream carry as data,
/// and what the messages of the "server-events" data channel are.</summary>
/// <remarks>Control knows the JSON and gives this to the node. Threads: any.</remarks>
/// <param name="happened">The event.</param>
public delegate byte[] CallsEventWriter(CallsEvent happened);
