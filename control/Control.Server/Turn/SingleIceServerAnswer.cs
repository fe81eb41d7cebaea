namespace Control.Server.Turn;

/// <summary>The older form: one object, with the credentials for all URLs.</summary>
internal sealed record SingleIceServerAnswer(IceServerAnswer IceServers);
