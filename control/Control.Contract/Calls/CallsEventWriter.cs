namespace Control.Contract.Calls;

/// <summary>Writes an event as clients read it, in UTF-8: what the lines of an event stream carry as data,
/// and what the messages of the "server-events" data channel are.</summary>
/// <remarks>Given to the node by the process it runs in. Threads: any.</remarks>
/// <param name="happened">The event.</param>
public delegate byte[] CallsEventWriter(CallsEvent happened);
